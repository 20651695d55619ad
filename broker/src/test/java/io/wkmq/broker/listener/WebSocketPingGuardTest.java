package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebSocketPingGuardTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new WebSocketPingGuard());

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void pingPassesWhileTheSocketTakesTheAnswers() {
        assertThat(passes(new PingWebSocketFrame())).isTrue();
    }

    @Test
    void pingIsDroppedWhileEarlierAnswersWait() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
        var unused = channel.write(Unpooled.wrappedBuffer(new byte[10]));
        PingWebSocketFrame ping = new PingWebSocketFrame(Unpooled.buffer(1));
        assertThat(passes(ping)).isFalse();
        assertThat(ping.refCnt()).isZero();
        assertThat(passes(new BinaryWebSocketFrame())).isTrue();
        channel.flush();
        assertThat(passes(new PingWebSocketFrame())).isTrue();
    }

    private boolean passes(WebSocketFrame frame) {
        channel.writeInbound(frame);
        WebSocketFrame passed = channel.readInbound();
        if (passed != null) {
            passed.release();
        }
        return passed != null;
    }
}
