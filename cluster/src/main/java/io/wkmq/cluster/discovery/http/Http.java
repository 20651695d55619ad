package io.wkmq.cluster.discovery.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls a server, with a limit to the time and to the length of the answer. TLS takes up new files with the next call. Confined
 * to one thread at a time.
 */
public final class Http {
    private static final int BODY_BYTES_MAX = 4 << 20;
    private static final int LINE_BYTES_MAX = 1 << 20;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);
    private static final int SHOWN_MAX = 200;

    private final PemFiles files;
    private final Duration limit;
    private @Nullable HttpClient client;
    private String stamp = "";

    /**
     * An answer.
     *
     * @param status its HTTP status
     * @param body all of it
     */
    public record Reply(int status, byte[] body) {
        /** The start of the body, for an administrator. */
        public String shown() {
            String text = new String(body, StandardCharsets.UTF_8).strip();
            return text.substring(0, Math.min(SHOWN_MAX, text.length())).replaceAll("\\p{Cntrl}+", " ");
        }
    }

    /**
     * A client.
     *
     * @param limit of a call as a whole
     */
    public Http(PemFiles files, Duration limit) {
        this.files = files;
        this.limit = limit;
    }

    /**
     * Makes a call.
     *
     * @throws IOException if there is no answer in time, with the server and the reason
     */
    public Reply call(HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> call =
                client().sendAsync(request, response -> new BoundedBody(BODY_BYTES_MAX));
        try {
            HttpResponse<byte[]> response = call.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return new Reply(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            throw new IOException(server(request) + " does not answer within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(server(request) + ": " + reason(e), e);
        } finally {
            call.cancel(true);
        }
    }

    /** Takes what a server says line by line. */
    @FunctionalInterface
    public interface Lines {
        /**
         * Takes a line. On a thread of the client, which it must not block.
         *
         * @throws IOException if no more are wanted, with the reason
         */
        void line(byte[] line) throws IOException;
    }

    /**
     * Makes a call whose answer goes on and on, and follows it until the server ends it or the time is up.
     *
     * @param time how long it is followed once it has begun; the limit of a call is for the time until then, and for the body of an answer
     *     with another status than 200
     * @param lines takes the lines of an answer with status 200, one after the other
     * @return the status, and the body of an answer with another status than 200; empty if that body does not end in time
     * @throws IOException if the server is not reached, does not begin to answer in time, breaks off, or says what is not wanted, with the
     *     server and the reason
     */
    public Reply follow(HttpRequest request, Duration time, Lines lines) throws IOException, InterruptedException {
        LineBody followed = new LineBody(LINE_BYTES_MAX, lines);
        CompletableFuture<Integer> begun = new CompletableFuture<>();
        CompletableFuture<HttpResponse<byte[]>> call = client().sendAsync(request, response -> {
            begun.complete(response.statusCode());
            return response.statusCode() == 200 ? followed : new BoundedBody(BODY_BYTES_MAX);
        });
        CompletableFuture<?> unused = call.whenComplete((response, failure) -> {
            if (failure != null) {
                begun.completeExceptionally(failure);
            }
        });
        try {
            int status = begun.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return new Reply(status, rest(call, status == 200 ? time : limit));
        } catch (TimeoutException e) {
            throw new IOException(server(request) + " does not answer within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(server(request) + ": " + reason(e), e);
        } finally {
            followed.cancel();
            call.cancel(true);
        }
    }

    /** The body of an answer; empty if it does not end in time. */
    private static byte[] rest(CompletableFuture<HttpResponse<byte[]>> call, Duration time)
            throws ExecutionException, InterruptedException {
        try {
            return call.get(time.toMillis(), TimeUnit.MILLISECONDS).body();
        } catch (TimeoutException timeIsUp) {
            return new byte[0];
        }
    }

    private HttpClient client() throws IOException {
        String now = files.stamp();
        HttpClient current = client;
        if (current == null || !now.equals(stamp)) {
            current = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_LIMIT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .proxy(HttpClient.Builder.NO_PROXY)
                    .sslContext(files.context())
                    .build();
            client = current;
            stamp = now;
        }
        return current;
    }

    private static String server(HttpRequest request) {
        URI uri = request.uri();
        return uri.getScheme() + "://" + uri.getAuthority();
    }

    private static String reason(ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String message = cause.getMessage();
        if (message != null) {
            return message;
        }
        return cause instanceof ConnectException
                ? "no connection"
                : cause.getClass().getSimpleName();
    }
}
