# The service in one image: pinned packages, no root, nothing written outside /data.
FROM python:3.13.14-slim AS wheel

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

WORKDIR /app
# What builds the package is pinned and held to its hash too, so nothing else may be fetched.
COPY requirements-build.txt ./
RUN pip install --require-hashes --requirement requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY forecaster ./forecaster
COPY indicators ./indicators
COPY models ./models
COPY jobs ./jobs
RUN pip wheel --no-index --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.13.14-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    HOME=/data \
    FORECASTER_DATA_DIR=/data

RUN useradd --system --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin forecaster \
    && install --directory --owner forecaster --group forecaster /data/cache

# Everything is compiled here: nothing can be written later, so each start would compile it anew.
RUN python -m compileall -q -x '/(site-packages|tests?)/' "$(python -c 'import os; print(os.path.dirname(os.__file__))')"

COPY requirements-run.txt /tmp/
RUN pip install --compile --require-hashes --requirement /tmp/requirements-run.txt \
    && rm /tmp/requirements-run.txt

COPY --from=wheel /wheels /tmp/wheels
RUN pip install --compile --no-index --no-deps /tmp/wheels/*.whl && rm -r /tmp/wheels

USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["forecaster"]
CMD ["schedule"]
