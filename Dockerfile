# The service on an operator's PostgreSQL (ZEREN_DATABASE_URL), or on the embedded one in /data.
FROM python:3.11-slim

RUN useradd --create-home --uid 10001 zeren && mkdir /data && chown zeren /data
WORKDIR /app
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv /app/.venv \
    && /app/.venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY events events
COPY projections projections
COPY service service
COPY migrations migrations
COPY examples examples
RUN /app/.venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .
USER zeren
ENV ZEREN_DATA=/data PATH=/app/.venv/bin:$PATH
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz')"]
CMD ["zeren", "serve", "--host", "0.0.0.0"]
