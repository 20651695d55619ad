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
 * A client with limits on the time of a call and the length of the response. TLS files that have changed are used from the next
 * call on. Confined to one thread at a time.
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
     * A response.
     *
     * @param status the HTTP status
     * @param body the complete body
     */
    public record Reply(int status, byte[] body) {
        /** Returns the start of the body, for an administrator. */
        public String shown() {
            String text = new String(body, StandardCharsets.UTF_8).strip();
            return text.substring(0, Math.min(SHOWN_MAX, text.length())).replaceAll("\\p{Cntrl}+", " ");
        }
    }

    /**
     * Creates a client.
     *
     * @param limit the time limit of a call as a whole
     */
    public Http(PemFiles files, Duration limit) {
        this.files = files;
        this.limit = limit;
    }

    /**
     * Makes a call.
     *
     * @throws IOException if there is no response in time; the message names the server and the reason
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

    /** Receives a response line by line. */
    @FunctionalInterface
    public interface Lines {
        /**
         * Handles a line. Called on a thread of the client, which it must not block.
         *
         * @throws IOException to end the call, with the reason
         */
        void line(byte[] line) throws IOException;
    }

    /**
     * Makes a call with a streaming response and follows it until the server ends it or the time is up.
     *
     * @param time how long a response with status 200 is followed; the limit of a call applies to the time until it starts, and to
     *     the body of a response with another status
     * @param lines receives the lines of a response with status 200 one by one
     * @return the status, and the body of a response with another status than 200; empty if that body does not end in time
     * @throws IOException if the server cannot be reached, does not start to respond in time, breaks off, or a line is rejected;
     *     the message names the server and the reason
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

    /** Returns the rest of a response's body; empty if it does not end in time. */
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
