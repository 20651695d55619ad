package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.loop.EventLoops.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ClientRateLimiterTest {
    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void bytesComeAtTheRateAndNoneIsLost(Transport transport) throws Exception {
        try (TestNode node = new TestNode(transport)) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP).rateLimit(20_000, 20_000));
            try (TestClient client = TestClient.tcp(listener.port());
                    TestClient other = TestClient.tcp(listener.port())) {
                other.echo("warm");
                long start = System.nanoTime();
                byte[] bytes = new byte[1000];
                Thread reader = new Thread(() -> {
                    for (int i = 0; i < 120; i++) {
                        readUnchecked(client, bytes.length);
                    }
                });
                reader.start();
                for (int i = 0; i < 120; i++) {
                    client.send(bytes);
                }
                // Another client of the same listener is not held back.
                other.echo("hello");
                long otherMs = millisSince(start);
                reader.join();
                long ms = millisSince(start);
                assertThat(node.echo.received.get()).isEqualTo(120_000 + 9);
                // 20 kB at once, the other 100 kB in five seconds; the last read may be all there is left, so sooner.
                assertThat(ms).isGreaterThan(1500);
                assertThat(otherMs).isLessThan(ms);
            }
        }
    }

    @Test
    void heldClientIsNotReadAtAll() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP).rateLimit(1, 1000));
            try (TestClient client = TestClient.tcp(listener.port())) {
                long start = System.nanoTime(); // before the bytes are ahead
                client.send("x".repeat(1001));
                assertThat(client.readText(1001)).hasSize(1001);
                client.echo("y");
                // A thousand bytes ahead at a thousand a second.
                assertThat(millisSince(start)).isGreaterThan(800);
            }
        }
    }

    @Test
    void messagesAreCountedByTheConnection() throws Exception {
        try (TestNode node = new TestNode(Transport.AUTO, loops -> ClientRateLimiterTest::countBytes)) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP).messagesPerSecond(50));
            try (TestClient client = TestClient.tcp(listener.port())) {
                long start = System.nanoTime(); // before the messages are ahead
                client.send("x".repeat(100));
                assertThat(client.readText(100)).hasSize(100);
                client.echo("y");
                // Fifty at once, and fifty more are a second ahead.
                assertThat(millisSince(start)).isGreaterThan(800);
            }
        }
    }

    @Test
    void clientWithinItsRateIsNeverHeld() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(
                    ConfigBuilder.of(Protocol.TCP).rateLimit(100_000, 100_000).messagesPerSecond(1000));
            try (TestClient client = TestClient.tcp(listener.port())) {
                long start = System.nanoTime();
                for (int i = 0; i < 100; i++) {
                    client.echo("hello");
                }
                assertThat(node.echo.next().channel().config().isAutoRead()).isTrue();
                assertThat(millisSince(start)).isLessThan(30_000);
            }
        }
    }

    /** Every byte is a message. */
    private static void countBytes(Channel channel, ClientEndpoint endpoint) {
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ByteBuf bytes = (ByteBuf) message;
                for (int i = 0; i < bytes.readableBytes(); i++) {
                    endpoint.limit().messageReceived();
                }
                var unused = ctx.writeAndFlush(bytes);
            }
        });
    }

    private static void readUnchecked(TestClient client, int length) {
        try {
            client.read(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
