"""All assets, in one module: Airflow needs them unique by name and by URI. One a sector and area."""

from __future__ import annotations

from airflow.sdk import Asset

SECTORS = ("reference", "education", "social_care", "health")


def sector_asset(area: str, sector: str) -> Asset:
    """'The extracts of this sector are in, or are known to be late': what the build waits for."""
    return Asset(name=f"extracts_{area}_{sector}", uri=f"send-warehouse://{area}/extracts/{sector}")


def night_asset(area: str) -> Asset:
    """'A new night is published': for consumers' own DAGs."""
    return Asset(name=f"night_{area}", uri=f"send-warehouse://{area}/night")


def signed_asset(area: str) -> Asset:
    """'A SEN2 return is signed', with its serial number and manifest hash: for consumers' own DAGs."""
    return Asset(name=f"sen2_signed_{area}", uri=f"send-warehouse://{area}/sen2/signed")
