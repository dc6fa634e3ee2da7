# One image for every service of docker-compose.yml.
FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends git make && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --uid 10001 send && mkdir -p /srv/data /srv/airflow/logs && chown -R send /srv
WORKDIR /srv/send
COPY requirements ./requirements
COPY pyproject.toml ./
COPY scripts/setup.sh scripts/setup.sh
# The virtual environment lives beside the code, so that the code can be mounted over it in development.
RUN sh scripts/setup.sh /srv/venv
COPY . .
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONPATH=/srv/send
USER send
