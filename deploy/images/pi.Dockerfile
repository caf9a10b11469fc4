# The fake Pi alone: one static program, no shell, no package.
#
#   make dist
#   docker build -f deploy/images/pi.Dockerfile -t conform-pi dist
#   docker run -i -e GROQ_API_KEY=x conform-pi --play-version 0.80.6 --mode rpc --no-session
#
# To put it into an image of your own: COPY --from=conform-pi /pi /usr/local/bin/pi,
# with a pi.sidecar.json beside it that says what to play and where to record.
# Without a shell in the image, "!command" values and the tool bash come to nothing.
FROM scratch
COPY libexec/conform/pi /pi
USER 65534:65534
ENV HOME=/tmp
VOLUME /tmp
WORKDIR /tmp
ENTRYPOINT ["/pi"]
