# Not run here: it was written without a Docker engine at hand. It calls the scripts that Scripts/test-package proves on a
# plain Debian system.
#
#   docker build -t discern .
#   docker run --rm -v "$PWD:/work" discern train --train corpora/reviews/train.tsv --output model
#   docker run --rm -p 8080:8080 -v "$PWD/model:/model:ro" discern serve /model --host 0.0.0.0
FROM swift:6.2-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends dpkg-dev xz-utils python3 git
WORKDIR /discern
COPY . .
RUN Scripts/package --no-wheel

FROM debian:bookworm-slim
COPY --from=build /discern/.build/package/dist/discern_*.deb /tmp/discern.deb
RUN apt-get update && apt-get install -y --no-install-recommends /tmp/discern.deb libopenblas0 \
  && rm -rf /tmp/discern.deb /var/lib/apt/lists/*
USER nobody
WORKDIR /work
ENTRYPOINT ["discern"]
