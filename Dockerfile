# The image of the action: one static binary and the roots of TLS, and nothing to start a shell with.
# Built twice it is the same, byte for byte, for the same build image, VERSION and SOURCE_DATE_EPOCH.
ARG GO_IMAGE=golang:1.26-bookworm

# The compiler runs on the builder's own platform and cross-compiles. Builders older than BuildKit set no BUILDPLATFORM.
FROM --platform=${BUILDPLATFORM:-linux/amd64} ${GO_IMAGE} AS build
# Where modules come from, for networks that reach no public proxy; go.sum says what they must be.
ARG GOPROXY
ARG TARGETARCH
ARG VERSION
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 GOOS=linux GOARCH=${TARGETARCH:-$(go env GOARCH)} GOFLAGS=-mod=readonly GOTOOLCHAIN=local \
    go build -trimpath -buildvcs=false -ldflags "-s -w -buildid= -X main.release=${VERSION}" -o /image/fleet-action ./cmd/fleet-action
# One folder holds all of the image, with times that do not depend on when it was built, and becomes its only layer.
RUN install -D -m 0644 /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt && \
    install -m 0644 LICENSE /image/LICENSE && \
    find /image -exec touch --no-dereference --date=@0 {} +

FROM scratch
LABEL org.opencontainers.image.title="fleet-update-action" \
      org.opencontainers.image.description="Upgrades fleets of AKS clusters in stages" \
      org.opencontainers.image.source="https://github.com/org/fleet-update-action" \
      org.opencontainers.image.documentation="https://github.com/org/fleet-update-action#readme" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /image/ /
# No USER: the runner owns the files that take outputs and the summary, and mounts them; another user than root could
# not write to them. No WORKDIR: the runner sets it. The entrypoint is no shell, so that signals reach the process.
ENTRYPOINT ["/fleet-action"]
