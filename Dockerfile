# The server alone: no embedded MongoDB, so DB_MONGO_PROD_KISUM and a key must be set.
#   docker build -t kisum-musicdata-analyst .
#   docker run -p 8000:8000 -e DB_MONGO_PROD_KISUM=… -e MUSICDATA_INTERNAL_API_KEY=… kisum-musicdata-analyst
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/serve.txt .
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --require-hashes --only-binary :all: -r serve.txt

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home kisum
WORKDIR /srv
COPY --from=build /opt/venv /opt/venv
COPY pyproject.toml app.py settings.py telemetry.py collectors.py crowds.py logs.py ./
COPY commands commands
COPY execution execution
COPY resolvers resolvers
COPY routes routes
COPY schema schema
COPY services services
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8000
USER kisum
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "commands", "serve"]
