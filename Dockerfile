# The image of one service: docker build --build-arg SERVICE=directory --tag spro/directory-service:0.1.0 .
# The three share everything but the last steps, so the second and the third cost nothing.

FROM swift:6.3-bookworm AS build
RUN apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends \
    libpq-dev libjwt-dev libssl-dev zlib1g-dev pkg-config
WORKDIR /source
# The dependencies, apart: they change less often than the sources.
COPY Package.* ./
RUN swift package resolve
COPY . .
# The Swift runtime goes into the programs; symbols of a program that prints no backtrace (below) only take room.
RUN for service in directory referral reporting; do \
        swift build --configuration release --static-swift-stdlib --product $service-service && \
        install -D --strip .build/release/$service-service /programs/$service-service || exit 1; \
    done

# What /docs is laid out with.
FROM debian:bookworm-slim AS swagger-ui
RUN apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends ca-certificates python3-venv
COPY script/swagger-ui /usr/local/bin/
RUN swagger-ui /swagger-ui

# Tried without a container engine by script/image-check, which carries out what follows as it stands.
FROM debian:bookworm-slim
RUN apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends \
    ca-certificates libjwt0 libjs-leaflet libpq5 libssl3 libstdc++6 tzdata zlib1g && rm -rf /var/lib/apt/lists/*
# What a crash would print may be a person's.
ENV SWIFT_BACKTRACE=enable=no
# The service reads openapi/, charters/, indicators/ and pages/ where it is started.
WORKDIR /app
COPY openapi openapi
COPY charters charters
COPY indicators indicators
COPY pages pages
COPY --from=swagger-ui /swagger-ui swagger-ui
ENV SPRO_SWAGGER_UI=/app/swagger-ui
ARG SERVICE
COPY --from=build /programs/${SERVICE}-service service
# A number, so that Kubernetes sees that it is not root. The user owns nothing and writes nowhere.
USER 65532:65532
ENTRYPOINT ["/app/service"]
CMD ["serve"]
