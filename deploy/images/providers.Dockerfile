# The fake model providers alone: one static program, no shell, no package.
#
#   make dist
#   docker build -f deploy/images/providers.Dockerfile -t conform-providers dist
#   docker run -p 8080:8080 -p 8443:8443 -v "$PWD/rules.yaml:/rules.yaml:ro" conform-providers --rules /rules.yaml
#
# Request bodies over 1 MiB are kept in memory unless a volume is named with
# --bodies; --ca-file on a volume hands out the certificate that clients must trust.
FROM scratch
COPY bin/conform /conform
USER 65534:65534
EXPOSE 8080 8443
ENTRYPOINT ["/conform", "serve", "providers", "--listen", "0.0.0.0:8080", "--tls", "0.0.0.0:8443"]
