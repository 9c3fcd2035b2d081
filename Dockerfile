# The service in one image: pinned packages, no root, nothing written outside /data.
FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    HOME=/data \
    FORECASTER_DATA_DIR=/data

RUN useradd --system --uid 10001 --home-dir /data --create-home forecaster

WORKDIR /app
COPY requirements.txt ./
RUN pip install --require-hashes --requirement requirements.txt

COPY pyproject.toml README.md LICENSE ./
COPY forecaster ./forecaster
COPY indicators ./indicators
COPY models ./models
COPY jobs ./jobs
RUN pip install --no-deps .

USER forecaster
VOLUME /data
ENTRYPOINT ["forecaster"]
CMD ["schedule"]
