package io.wkmq.broker.http;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A completely received HTTP request. Immutable. */
public final class Request {
    private final String method;
    private final String path;
    private final String uri;
    private final HttpHeaders headers;
    private final String body;

    private Request(String method, String path, String uri, HttpHeaders headers, String body) {
        this.method = method;
        this.path = path;
        this.uri = uri;
        this.headers = headers;
        this.body = body;
    }

    static Request of(FullHttpRequest request) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        return new Request(
                request.method().name(),
                query < 0 ? uri : uri.substring(0, query),
                uri,
                request.headers().copy(),
                request.content().toString(StandardCharsets.UTF_8));
    }

    /** Returns the method, such as {@code GET}. */
    public String method() {
        return method;
    }

    /** Returns the path without the query. */
    public String path() {
        return path;
    }

    /**
     * Returns the query parameters; of repeated ones, the last.
     *
     * @throws IllegalArgumentException if the query is malformed
     */
    public Map<String, String> parameters() {
        Map<String, String> last = new LinkedHashMap<>();
        new QueryStringDecoder(uri)
                .parameters()
                .forEach((name, values) -> last.put(name, values.get(values.size() - 1)));
        return last;
    }

    /** Returns the first header with this name, ignoring case, or null. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** Returns the body, decoded as UTF-8. */
    public String body() {
        return body;
    }
}
