package io.wkmq.broker.http;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** An HTTP request that is here completely. Immutable. */
public final class Request {
    private final String method;
    private final String path;
    private final HttpHeaders headers;
    private final String body;

    private Request(String method, String path, HttpHeaders headers, String body) {
        this.method = method;
        this.path = path;
        this.headers = headers;
        this.body = body;
    }

    static Request of(FullHttpRequest request) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        return new Request(
                request.method().name(),
                query < 0 ? uri : uri.substring(0, query),
                request.headers().copy(),
                request.content().toString(StandardCharsets.UTF_8));
    }

    /** The method, such as {@code GET}. */
    public String method() {
        return method;
    }

    /** The path without the query. */
    public String path() {
        return path;
    }

    /** The first header of that name in any case, or null. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** The body as UTF-8. */
    public String body() {
        return body;
    }
}
