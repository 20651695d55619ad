package io.wkmq.broker.ctl;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.wkmq.broker.config.ManagementConfig;
import io.wkmq.broker.http.HttpLimits;
import io.wkmq.broker.http.HttpServer;
import io.wkmq.broker.http.ManagementException;
import io.wkmq.broker.http.ManagementLoop;
import io.wkmq.broker.http.Reply;
import io.wkmq.broker.http.ReplyAbandonedException;
import io.wkmq.broker.http.ReplyStream;
import io.wkmq.broker.http.Request;
import io.wkmq.broker.http.TokenFile;
import io.wkmq.broker.http.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoint of {@code wkctl}: HTTP over a unix domain socket. The request is {@code POST /command} with
 * {@code Authorization: Bearer <token>} and the words of the command as the body, one per line. The answer is the command's
 * output, streamed, followed by the exit status in the trailer {@code Wkmq-Exit-Status}. A 0 byte within the output is a
 * keep-alive of a running command. The number of concurrent commands is bounded. Thread-safe.
 */
public final class CtlServer implements AutoCloseable {
    static final String PATH = "/command";
    static final String EXIT_STATUS = "Wkmq-Exit-Status";

    private static final Logger log = LoggerFactory.getLogger(CtlServer.class);

    /** Allows for a user who pages through a long list and so reads nothing for minutes. */
    private static final HttpLimits LIMITS =
            new HttpLimits(32, 64 * 1024, Duration.ofSeconds(10), Duration.ofMinutes(5));

    /** The interval of keep-alives while a command runs. */
    private static final Duration ALIVE = Duration.ofSeconds(10);

    private static final int COMMANDS_MAX = 8;
    private static final int WORDS_MAX = 64;

    private final CtlCommands commands;
    private final ManagementConfig config;
    private final TokenFile token;
    private final Duration aliveEvery;
    private final Workers workers = new Workers("wkmq-ctl", COMMANDS_MAX);
    private final HttpServer server;

    private CtlServer(
            ManagementConfig config,
            TokenFile token,
            ManagementLoop loop,
            CtlCommands commands,
            HttpLimits limits,
            Duration aliveEvery) {
        this.commands = commands;
        this.config = config;
        this.token = token;
        this.aliveEvery = aliveEvery;
        this.server = HttpServer.onSocket(loop, config.socket(), limits, this::serve);
    }

    /**
     * Starts to listen.
     *
     * @param token the token of the configured token file
     * @throws ManagementException if the socket cannot be created
     */
    public static CtlServer start(ManagementConfig config, TokenFile token, ManagementLoop loop, CtlCommands commands) {
        return start(config, token, loop, commands, LIMITS, ALIVE);
    }

    static CtlServer start(
            ManagementConfig config,
            TokenFile token,
            ManagementLoop loop,
            CtlCommands commands,
            HttpLimits limits,
            Duration aliveEvery) {
        CtlServer started = new CtlServer(config, token, loop, commands, limits, aliveEvery);
        log.info("wkctl can connect socket={}", config.socket());
        return started;
    }

    private void serve(Request request, Reply reply) {
        if (!request.path().equals(PATH)) {
            reply.text(HttpResponseStatus.NOT_FOUND.code(), "The path is '" + request.path() + "'; expected " + PATH);
        } else if (!request.method().equals("POST")) {
            reply.methodNotAllowed(request.method(), "POST");
        } else if (!token.shownBy(request)) {
            log.warn("A command was refused: it showed another token than the one in the file");
            reply.text(
                    HttpResponseStatus.UNAUTHORIZED.code(),
                    "The token is not the node's; expected the one in " + config.tokenFile());
        } else {
            command(words(request.body()), reply);
        }
    }

    /** Splits a body into words, one per line. The last line needs no terminator. */
    static List<String> words(String body) {
        List<String> words = new ArrayList<>();
        int from = 0;
        while (from < body.length()) {
            int end = body.indexOf('\n', from);
            end = end < 0 ? body.length() : end;
            words.add(body.substring(from, end));
            from = end + 1;
        }
        return words;
    }

    private void command(List<String> words, Reply reply) {
        if (words.size() > WORDS_MAX) {
            reply.text(
                    HttpResponseStatus.BAD_REQUEST.code(),
                    "The command has " + words.size() + " words; expected at most " + WORDS_MAX);
        } else if (!workers.offer(() -> run(words, reply))) {
            reply.text(
                    HttpResponseStatus.SERVICE_UNAVAILABLE.code(),
                    COMMANDS_MAX + " commands are running; expected less, try again later");
        }
    }

    private void run(List<String> words, Reply reply) {
        ReplyStream stream = reply.stream("text/plain; charset=utf-8", EXIT_STATUS);
        boolean ended = false;
        try {
            int status = commands.run(words, new Output(stream, aliveEvery));
            stream.end(Integer.toString(status));
            ended = true;
        } catch (ReplyAbandonedException e) {
            log.debug("A command was not finished: {}", e.getMessage());
        } finally {
            if (!ended) {
                stream.abort();
            }
        }
    }

    /** Stops accepting commands and interrupts those that are running. */
    @Override
    public void close() {
        server.close();
        workers.close();
    }

    /** The output of a command. Rate-limits keep-alives and sends them immediately. Confined to one thread. */
    private static final class Output implements Consumer<String> {
        private final ReplyStream stream;
        private final long aliveNanos;
        private long saidNanos = System.nanoTime();

        Output(ReplyStream stream, Duration aliveEvery) {
            this.stream = stream;
            this.aliveNanos = aliveEvery.toNanos();
        }

        @Override
        public void accept(String text) {
            if (!text.equals(Answer.ALIVE)) {
                stream.write(text);
            } else if (System.nanoTime() - saidNanos >= aliveNanos) {
                saidNanos = System.nanoTime();
                stream.write(text);
                stream.flush();
            }
        }
    }
}
