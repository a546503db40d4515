"""The CRM's tables as the application sees them; `alembic check` holds them against the migrations."""

from __future__ import annotations

from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, ENUM, JSONB, TSVECTOR, UUID
from sqlalchemy.orm import declarative_base
from sqlalchemy.schema import Computed, MetaData

from omni.types import Geometry

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
NEW_ID = text("gen_random_uuid()")
NOW = text("now()")

Base = declarative_base(metadata=MetaData(naming_convention=NAMES))


def id_column() -> Column:
    return Column(UUID, primary_key=True, server_default=NEW_ID)


def account_column() -> Column:
    return Column(UUID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False)


def moment(*, default: bool = True) -> Column:
    return Column(DateTime(timezone=True), server_default=NOW if default else None, nullable=not default)


class Account(Base):
    __tablename__ = "accounts"

    id = id_column()
    name = Column(Text, nullable=False)
    settings = Column(JSONB, nullable=False, server_default=text("'{}'::jsonb"))
    created_at = moment()
    deleted_at = moment(default=False)


class User(Base):
    __tablename__ = "users"
    __table_args__ = (
        Index("ix_users_account_id", "account_id"),
        Index("uq_users_email_live", "email", unique=True, postgresql_where=text("deleted_at IS NULL")),
    )

    id = id_column()
    account_id = account_column()
    email = Column(Text, nullable=False)
    full_name = Column(Text)
    is_active = Column(Boolean, nullable=False, server_default=text("true"))
    created_at = moment()
    deleted_at = moment(default=False)


class Contact(Base):
    __tablename__ = "contacts"
    __table_args__ = (
        Index("ix_contacts_account_id_stage", "account_id", "stage"),
        Index(
            "uq_contacts_account_id_email_live",
            "account_id",
            text("lower(email)"),
            unique=True,
            postgresql_where=text("deleted_at IS NULL AND email IS NOT NULL"),
        ),
        Index("ix_contacts_search", "search", postgresql_using="gin"),
        Index("ix_contacts_reports_to_id", "reports_to_id"),
    )

    id = id_column()
    account_id = account_column()
    owner_id = Column(UUID, ForeignKey("users.id", ondelete="SET NULL"))
    first_name = Column(Text, nullable=False, server_default="")
    last_name = Column(Text, nullable=False, server_default="")
    email = Column(Text)
    phone_number = Column(Text)
    stage = Column(
        ENUM("lead", "qualified", "customer", "churned", name="lifecycle_stage", create_type=False),
        nullable=False,
        server_default="lead",
    )
    tags = Column(ARRAY(Text), nullable=False, server_default=text("'{}'::text[]"))
    created_at = moment()
    updated_at = moment()
    deleted_at = moment(default=False)
    search = Column(
        TSVECTOR,
        Computed(
            "to_tsvector('simple'::regconfig, first_name || ' ' || last_name || ' ' || coalesce(email, ''))",
            persisted=True,
        ),
    )
    reports_to_id = Column(UUID, ForeignKey("contacts.id", ondelete="SET NULL"))


class Location(Base):
    __tablename__ = "locations"
    __table_args__ = (
        Index("ix_locations_account_id", "account_id"),
        Index("ix_locations_location", "location", postgresql_using="gist"),
    )

    id = id_column()
    account_id = account_column()
    label = Column(Text, nullable=False)
    address = Column(JSONB, nullable=False, server_default=text("'{}'::jsonb"))
    location = Column(Geometry("Point", 4326), comment="WGS 84, longitude first")
    created_at = moment()


class ServiceArea(Base):
    __tablename__ = "service_areas"
    __table_args__ = (
        CheckConstraint("st_isvalid(boundary)", name="ck_service_areas_boundary_valid"),
        Index("ix_service_areas_account_id", "account_id"),
        Index("ix_service_areas_boundary", "boundary", postgresql_using="gist", postgresql_where=text("active")),
    )

    id = id_column()
    account_id = account_column()
    name = Column(Text, nullable=False)
    active = Column(Boolean, nullable=False, server_default=text("true"))
    boundary = Column(Geometry("MultiPolygon", 4326), nullable=False)


class PipelineStage(Base):
    __tablename__ = "pipeline_stages"
    __table_args__ = (
        UniqueConstraint("position", deferrable=True, initially="DEFERRED"),
        CheckConstraint("win_percent BETWEEN 0 AND 100", name="ck_pipeline_stages_win_percent"),
    )

    code = Column(String(32), primary_key=True)
    label = Column(Text, nullable=False)
    position = Column(SmallInteger, nullable=False)
    rules = Column(JSONB, nullable=False, server_default=text("'{}'::jsonb"))
    win_percent = Column(SmallInteger, nullable=False)


class Deal(Base):
    __tablename__ = "deals"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="ck_deals_amount_not_negative"),
        Index(
            "ix_deals_closes_on_open",
            "account_id",
            "closes_on",
            postgresql_where=text("closes_on IS NOT NULL"),
            postgresql_include=["amount"],
        ),
    )

    id = id_column()
    number = Column(BigInteger, Identity(always=True, start=1000), nullable=False)
    account_id = account_column()
    contact_id = Column(UUID, ForeignKey("contacts.id"))
    stage_code = Column(String(32), ForeignKey("pipeline_stages.code"), nullable=False)
    amount = Column(Numeric(14, 2), nullable=False, server_default=text("0"))
    currency = Column(CHAR(3), nullable=False, server_default="EUR")
    closes_on = Column(Date)
    created_at = moment()
    updated_at = moment()


class ActivityKind(Base):
    __tablename__ = "activity_kinds"

    id = Column(Integer, primary_key=True)
    label = Column(Text, nullable=False)
    channel = Column(ENUM("call", "email", "visit", "chat", name="activity_channel", create_type=False), nullable=False)


class Activity(Base):
    __tablename__ = "activities"

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(UUID, ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False)
    kind_id = Column(Integer, ForeignKey("activity_kinds.id"), nullable=False)
    note = Column(Text, nullable=False, server_default="")
    happened_at = moment()
