package io.wkmq.broker.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The response to one request. Exactly one responding method is called, once, by any thread; the connection is then closed. */
public final class Reply {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Channel channel;
    private volatile @Nullable ReplyStream stream;

    Reply(Channel channel) {
        this.channel = channel;
    }

    /** Returns whether the client is still connected. Callable from any thread, at any time. */
    public boolean wanted() {
        return channel.isActive();
    }

    /** Responds with a body, which is omitted for a HEAD request. */
    public void send(int status, String contentType, byte[] body) {
        send(status, contentType, body, Map.of());
    }

    /** Responds with a line of text. */
    public void text(int status, String line) {
        send(status, TEXT, (line + '\n').getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** Responds that the path does not support this method. */
    public void methodNotAllowed(String method, String allowed) {
        send(
                HttpResponseStatus.METHOD_NOT_ALLOWED.code(),
                TEXT,
                ("The method is " + method + "; expected " + allowed + '\n').getBytes(StandardCharsets.UTF_8),
                Map.of(HttpHeaderNames.ALLOW.toString(), allowed));
    }

    /** Responds with a body and additional headers. */
    public void send(int status, String contentType, byte[] body, Map<String, String> more) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.wrappedBuffer(body));
        describe(response.headers(), contentType).set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        more.forEach(response.headers()::set);
        var unused = channel.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    /**
     * Responds with 200 and a body that is written in pieces.
     *
     * @param trailer the name of the header that follows the body
     */
    public ReplyStream stream(String contentType, String trailer) {
        DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        describe(head.headers(), contentType)
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED)
                .set(HttpHeaderNames.TRAILER, trailer);
        ReplyStream opened = new ReplyStream(channel, trailer);
        stream = opened;
        var unused = channel.write(head);
        return opened;
    }

    private static HttpHeaders describe(HttpHeaders headers, String contentType) {
        return headers.set(HttpHeaderNames.CONTENT_TYPE, contentType)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }

    /** Handles a change of the channel's writability, or its end. */
    void changed() {
        ReplyStream opened = stream;
        if (opened != null) {
            opened.changed();
        }
    }
}
