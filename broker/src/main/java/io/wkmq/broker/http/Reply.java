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

/** The answer to one request; exactly one method that answers is called, once, by any thread. The connection closes after it. */
public final class Reply {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Channel channel;
    private volatile @Nullable ReplyStream stream;

    Reply(Channel channel) {
        this.channel = channel;
    }

    /** Whether the client is still connected. Any thread, any time. */
    public boolean wanted() {
        return channel.isActive();
    }

    /** Answers with a body. To a HEAD request the body is not sent. */
    public void send(int status, String contentType, byte[] body) {
        send(status, contentType, body, Map.of());
    }

    /** Answers with a line of text. */
    public void text(int status, String line) {
        send(status, TEXT, (line + '\n').getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** Answers that this method is not for this path. */
    public void methodNotAllowed(String method, String allowed) {
        send(
                HttpResponseStatus.METHOD_NOT_ALLOWED.code(),
                TEXT,
                ("The method is " + method + "; expected " + allowed + '\n').getBytes(StandardCharsets.UTF_8),
                Map.of(HttpHeaderNames.ALLOW.toString(), allowed));
    }

    /** Answers with a body and further headers. */
    public void send(int status, String contentType, byte[] body, Map<String, String> more) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.wrappedBuffer(body));
        describe(response.headers(), contentType).set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        more.forEach(response.headers()::set);
        var unused = channel.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    /**
     * Answers with 200 and a body that comes bit by bit.
     *
     * @param trailer the header that comes after it
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

    /** The channel can take more now, or is closed. */
    void changed() {
        ReplyStream opened = stream;
        if (opened != null) {
            opened.changed();
        }
    }
}
