import sqlalchemy as sa
from geoalchemy2 import Geometry

metadata = sa.MetaData()
shops = sa.Table(
    "shops",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("place", Geometry("POINT", srid=4326)),
    sa.Column("area", Geometry("POLYGON", srid=4326, spatial_index=False)),
)
