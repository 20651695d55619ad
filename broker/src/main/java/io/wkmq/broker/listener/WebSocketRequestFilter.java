package io.wkmq.broker.listener;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets a WebSocket request for MQTT pass and answers anything else with an error; removes itself once a request has passed. */
final class WebSocketRequestFilter extends SimpleChannelInboundHandler<FullHttpRequest> {
    /** In order of preference; the second one is that of MQTT 3.1 clients. */
    static final String SUBPROTOCOLS = "mqtt,mqttv3.1";

    private static final List<String> KNOWN_SUBPROTOCOLS = List.of(SUBPROTOCOLS.split(",", -1));
    private static final String VERSION = "13";

    private final String path;

    private record Refusal(HttpResponseStatus status, String text) {}

    WebSocketRequestFilter(String path) {
        super(false);
        this.path = path;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        Refusal refusal = refusal(request);
        if (refusal == null) {
            ctx.fireChannelRead(request);
            ctx.pipeline().remove(this);
            return;
        }
        request.release();
        ShutdownReason.WEBSOCKET_ERROR.mark(ctx.channel());
        ctx.writeAndFlush(response(refusal)).addListener(ChannelFutureListener.CLOSE);
    }

    private @Nullable Refusal refusal(FullHttpRequest request) {
        if (!request.decoderResult().isSuccess()) {
            return new Refusal(HttpResponseStatus.BAD_REQUEST, "not an HTTP request");
        }
        if (!new QueryStringDecoder(request.uri()).rawPath().equals(path)) {
            return new Refusal(HttpResponseStatus.NOT_FOUND, "MQTT over WebSocket is at " + path);
        }
        HttpHeaders headers = request.headers();
        if (!request.method().equals(HttpMethod.GET)
                || !headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                || !VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return new Refusal(HttpResponseStatus.UPGRADE_REQUIRED, "expected a WebSocket request of version 13");
        }
        if (!headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
            return new Refusal(HttpResponseStatus.BAD_REQUEST, "no Sec-WebSocket-Key");
        }
        // The client must offer "mqtt" [MQTT-6.0.0-3].
        if (!offersMqtt(headers)) {
            return new Refusal(HttpResponseStatus.BAD_REQUEST, "expected the subprotocol mqtt");
        }
        return null;
    }

    private static boolean offersMqtt(HttpHeaders headers) {
        return headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .anyMatch(value -> KNOWN_SUBPROTOCOLS.contains(value.trim()));
    }

    private static FullHttpResponse response(Refusal refusal) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                refusal.status(),
                Unpooled.copiedBuffer(refusal.text() + "\n", StandardCharsets.UTF_8));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (refusal.status().equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers()
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
        }
        return response;
    }
}
