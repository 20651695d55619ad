package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.loop.EventLoops;
import io.wkmq.broker.loop.EventLoops.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests channels that move to another event loop, with the handlers of each transport in the pipeline. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the field
class MovedConnectionTest {
    private static final int BYTES = 300_000;
    private static final int CLIENTS = 40;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "AUTO,TCP",
        "AUTO,SSL",
        "AUTO,WS",
        "AUTO,WSS",
        "NIO,TCP",
        "NIO,SSL",
        "NIO,WS",
        "NIO,WSS",
    })
    void nothingIsLostOrReorderedOnTheWay(Transport transport, Protocol protocol) throws Exception {
        long seed = new Random().nextLong();
        byte[] bytes = new byte[BYTES];
        new Random(seed).nextBytes(bytes);
        Pki pki = new Pki(directory);
        Travellers travellers = new Travellers(seed);
        try (TestNode node = new TestNode(transport, travellers::on)) {
            Listener listener = node.start(config(protocol, pki));
            try (ByteClient client = connect(protocol, listener.port(), pki)) {
                Thread writer = new Thread(() -> sendInPieces(client, bytes, new Random(seed)));
                writer.start();
                byte[] echo = client.read(bytes.length);
                writer.join();
                assertThat(Arrays.equals(echo, bytes))
                        .as("same bytes, seed=%d", seed)
                        .isTrue();
            }
            assertThat(travellers.problems).as("seed=%d", seed).isEmpty();
            assertThat(travellers.moves.get()).as("moves, seed=%d", seed).isGreaterThan(20);
            TestNode.awaitShutdowns(listener, ShutdownReason.CLOSED, 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO,TCP", "AUTO,SSL", "NIO,TCP", "NIO,SSL"})
    void bytesThatWaitForTheSocketAreSentAfterTheMove(Transport transport, Protocol protocol) throws Exception {
        int length = 8_000_000;
        Pki pki = new Pki(directory);
        try (TestNode node = new TestNode(
                transport,
                loops -> (channel, endpoint) -> channel.pipeline().addLast(onFirstRead(ctx -> {
                    var unused = ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[length]));
                    moveToOther(loops, ctx.channel(), () -> {});
                })))) {
            Listener listener = node.start(config(protocol, pki));
            try (ByteClient client = connect(protocol, listener.port(), pki)) {
                client.send(new byte[1]);
                assertThat(client.read(length)).hasSize(length);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO,TCP", "AUTO,WSS", "NIO,TCP", "NIO,WSS"})
    void idleTimersFireOnTheNewLoop(Transport transport, Protocol protocol) throws Exception {
        Pki pki = new Pki(directory);
        CompletableFuture<String> idle = new CompletableFuture<>();
        CompletableFuture<String> expected = new CompletableFuture<>();
        try (TestNode node = new TestNode(
                transport,
                loops -> (channel, endpoint) -> channel.pipeline()
                        .addLast(
                                new IdleStateHandler(300, 0, 0, TimeUnit.MILLISECONDS),
                                onFirstRead(
                                        ctx -> {
                                            moveToOther(loops, ctx.channel(), () -> expected.complete(threadName()));
                                        },
                                        event -> {
                                            // before the move it may be idle too, on a slow machine
                                            if (event instanceof IdleStateEvent && expected.isDone()) {
                                                idle.complete(threadName());
                                            }
                                        })))) {
            Listener listener = node.start(config(protocol, pki));
            try (ByteClient client = connect(protocol, listener.port(), pki)) {
                client.send(new byte[1]);
                assertThat(idle.get(20, TimeUnit.SECONDS)).isEqualTo(expected.get(20, TimeUnit.SECONDS));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO,SSL", "NIO,SSL"})
    void tlsIsClosedProperlyAfterTheMove(Transport transport, Protocol protocol) throws Exception {
        Pki pki = new Pki(directory);
        try (TestNode node = new TestNode(
                transport,
                loops -> (channel, endpoint) -> channel.pipeline()
                        .addLast(onFirstRead(ctx -> moveToOther(
                                loops, ctx.channel(), () -> ShutdownReason.NORMAL.close(ctx.channel())))))) {
            Listener listener = node.start(config(protocol, pki));
            try (TestClient client = TestClient.tls(listener.port(), pki.client(null))) {
                client.send(new byte[1]);
                // Throws if the connection ends without a close_notify.
                assertThat(client.ends()).isTrue();
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.NORMAL, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void clientHeldByItsRateIsReadAgainAfterTheMove(Transport transport) throws Exception {
        try (TestNode node = new TestNode(
                transport,
                loops -> (channel, endpoint) -> channel.pipeline()
                        .addLast(onFirstRead(ctx -> moveToOther(loops, ctx.channel(), () -> {
                            var unused = ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[1]));
                        })))
                        .addLast(new EchoConnections.Echo(new AtomicLong())))) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP).rateLimit(1, 1000));
            try (TestClient client = TestClient.tcp(listener.port())) {
                client.send(new byte[301]);
                client.read(1);
                client.echo("hello");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO,TCP", "AUTO,SSL", "NIO,TCP", "NIO,SSL"})
    void clientsThatLeaveOnTheWayLeaveNothingBehind(Transport transport, Protocol protocol) throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Pki pki = new Pki(directory);
        Travellers travellers = new Travellers(seed);
        try (TestNode node = new TestNode(transport, travellers::on)) {
            Listener listener = node.start(config(protocol, pki));
            for (int i = 0; i < CLIENTS; i++) {
                try (ByteClient client = connect(protocol, listener.port(), pki)) {
                    client.send(new byte[1 + random.nextInt(5000)]);
                    if (random.nextBoolean()) {
                        client.read(1);
                    }
                }
            }
            TestNode.await(() -> {
                assertThat(listener.accepted()).isEqualTo(CLIENTS);
                assertThat(listener.clients()).as("seed=%d", seed).isZero();
                assertThat(travellers.inactive.get()).as("seed=%d", seed).isEqualTo(travellers.added.get());
            });
            assertThat(travellers.problems).as("seed=%d", seed).isEmpty();
            try (ByteClient client = connect(protocol, listener.port(), pki)) {
                client.send(new byte[10]);
                assertThat(client.read(10)).hasSize(10);
            }
        }
    }

    private static ConfigBuilder config(Protocol protocol, Pki pki) {
        return ConfigBuilder.of(protocol).tls(pki.config());
    }

    private static ByteClient connect(Protocol protocol, int port, Pki pki) throws Exception {
        TestClient client = protocol.secure() ? TestClient.tls(port, pki.client(null)) : TestClient.tcp(port);
        return protocol.websocket() ? WebSocketProbe.open(client) : client;
    }

    private static void sendInPieces(ByteClient client, byte[] bytes, Random random) {
        try {
            int at = 0;
            while (at < bytes.length) {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(2_000));
                client.send(Arrays.copyOfRange(bytes, at, end));
                at = end;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void moveToOther(EventLoops loops, Channel channel, Runnable whenMoved) {
        loops.move(channel, 1 - loops.indexOf(channel.eventLoop()), whenMoved);
    }

    private static ChannelInboundHandlerAdapter onFirstRead(Consumer<ChannelHandlerContext> action) {
        return onFirstRead(action, event -> {});
    }

    private static ChannelInboundHandlerAdapter onFirstRead(
            Consumer<ChannelHandlerContext> action, Consumer<Object> onEvent) {
        return new ChannelInboundHandlerAdapter() {
            private boolean done;

            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (done) {
                    ctx.fireChannelRead(message);
                    return;
                }
                done = true;
                ((ByteBuf) message).release();
                action.accept(ctx);
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                onEvent.accept(event);
            }
        };
    }

    private static String threadName() {
        return Thread.currentThread().getName();
    }
}
