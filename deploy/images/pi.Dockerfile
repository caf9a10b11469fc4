# The fake Pi alone: one static program, no shell, no package.
#
#   make dist
#   docker build -f deploy/images/pi.Dockerfile -t conform-pi dist
#   echo '{"type":"get_state"}' | docker run --rm -i -e GROQ_API_KEY=x conform-pi --play-version 0.80.6 --mode rpc
#
# Its files are read from /home/.pi/agent, for example from a volume:
#   -v "$PWD/agent:/home/.pi/agent". It runs as user 65534.
#
# To put it into an image of your own: COPY --from=conform-pi /home/pi /usr/local/bin/pi,
# with a pi.sidecar.json beside it that says what to play and where to record.
# Without a shell in the image, "!command" values and the tool bash come to nothing.
FROM scratch
# The copy makes /home, for the same user: sessions are written there.
COPY --chown=65534:65534 libexec/conform/pi /home/pi
USER 65534:65534
ENV HOME=/home
WORKDIR /home
ENTRYPOINT ["/home/pi"]
