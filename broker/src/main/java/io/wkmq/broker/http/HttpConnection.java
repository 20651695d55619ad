package io.wkmq.broker.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.timeout.WriteTimeoutException;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP connection, which serves a single request; further input is discarded. Confined to its event loop. */
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    private final HttpService service;
    private final Duration requestTime;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable Reply reply;

    HttpConnection(HttpService service, Duration requestTime) {
        this.service = service;
        this.requestTime = requestTime;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        deadline = context.executor().schedule(() -> close(context), requestTime.toMillis(), TimeUnit.MILLISECONDS);
        super.channelActive(context);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (reply != null) {
            return;
        }
        cancelDeadline();
        Reply answer = new Reply(context.channel());
        reply = answer;
        if (request.decoderResult().isFailure()) {
            answer.text(
                    HttpResponseStatus.BAD_REQUEST.code(),
                    "This is not a request: " + request.decoderResult().cause().getMessage());
            return;
        }
        service.serve(Request.of(request), answer);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        replyChanged();
        super.channelWritabilityChanged(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        cancelDeadline();
        replyChanged();
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause instanceof WriteTimeoutException) {
            log.debug("A management connection is lost: {}", cause.toString());
        } else {
            log.warn("A management request failed, its connection is closed", cause);
        }
        close(context);
    }

    private static void close(ChannelHandlerContext context) {
        var unused = context.close(); // nothing is left to do if even that fails
    }

    private void replyChanged() {
        Reply begun = reply;
        if (begun != null) {
            begun.changed();
        }
    }

    private void cancelDeadline() {
        ScheduledFuture<?> pending = deadline;
        if (pending != null) {
            deadline = null;
            pending.cancel(false);
        }
    }
}
