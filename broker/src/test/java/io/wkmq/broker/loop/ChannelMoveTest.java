package io.wkmq.broker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.util.ReferenceCountUtil;
import io.wkmq.broker.blocking.BlockingCalls;
import io.wkmq.broker.loop.EventLoops.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests what a channel's handlers are told when its move goes wrong; successful moves are tested with the listeners. */
@Timeout(60)
class ChannelMoveTest {
    private final Queue<String> events = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void channelThatIsMovedKeepsItsHandlers(Transport transport) throws Exception {
        run(transport, new Mover(Trouble.NONE), "moved on loop 1", "inactive on loop 1", "removed");
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void channelClosedBeforeItLeftIsInactiveOnce(Transport transport) throws Exception {
        run(transport, new Mover(Trouble.CLOSED_BEFORE_IT_LEFT), "inactive on loop 0", "removed");
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void channelClosedBetweenTheLoopsIsInactiveOnce(Transport transport) throws Exception {
        run(transport, new Mover(Trouble.CLOSED_BETWEEN), "inactive on loop 0", "removed");
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void channelClosedWhileItJoinsIsInactiveOnce(Transport transport) throws Exception {
        run(transport, new Mover(Trouble.CLOSED_WHILE_IT_JOINS), "inactive on loop 1", "removed");
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void channelClosedBeforeTheMoveDoesNotMove(Transport transport) throws Exception {
        run(transport, new Mover(Trouble.CLOSED_BEFORE), "inactive on loop 0", "removed");
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void channelWhoseTaskThrowsIsClosed(Transport transport) throws Exception {
        run(transport, new Mover(Trouble.TASK_THROWS), "moved on loop 1", "inactive on loop 1", "removed");
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void channelThatIsThereAlreadyRunsTheTaskAtOnce(Transport transport) throws Exception {
        run(transport, new Mover(Trouble.THERE_ALREADY), "moved on loop 0", "after", "inactive on loop 0", "removed");
    }

    private void run(Transport transport, Mover mover, String... expected) throws IOException {
        EventLoops loops = EventLoops.start(2, transport);
        mover.loops = loops;
        Channel server = new ServerBootstrap()
                .group(loops.acceptor(), loops.loop(0))
                .channelFactory(loops.tcpServerChannels())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(mover);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        try (Socket client =
                new Socket(InetAddress.getLoopbackAddress(), ((InetSocketAddress) server.localAddress()).getPort())) {
            client.getOutputStream().write(1);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(events).isNotEmpty());
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(events).contains("removed"));
        assertThat(loops.stop(Duration.ofSeconds(20))).isTrue();
        assertThat(events).containsExactly(expected);
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private enum Trouble {
        NONE,
        CLOSED_BEFORE,
        CLOSED_BEFORE_IT_LEFT,
        CLOSED_BETWEEN,
        CLOSED_WHILE_IT_JOINS,
        TASK_THROWS,
        THERE_ALREADY
    }

    @SuppressWarnings({"NullAway.Init", "FutureReturnValueIgnored"})
    private final class Mover extends ChannelInboundHandlerAdapter {
        private final Trouble trouble;
        private final CountDownLatch closed = new CountDownLatch(1);
        private EventLoops loops;

        Mover(Trouble trouble) {
            this.trouble = trouble;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
            Channel channel = ctx.channel();
            if (trouble == Trouble.CLOSED_BEFORE) {
                channel.close();
            }
            if (trouble == Trouble.CLOSED_WHILE_IT_JOINS) {
                loops.loop(1).execute(() -> BlockingCalls.onPurpose(() -> awaitUnchecked(closed)));
            }
            loops.move(channel, trouble == Trouble.THERE_ALREADY ? 0 : 1, () -> {
                event("moved", channel);
                if (trouble == Trouble.TASK_THROWS) {
                    throw new IllegalStateException("for the test");
                }
            });
            if (trouble == Trouble.THERE_ALREADY) {
                events.add("after");
            }
            if (trouble == Trouble.CLOSED_BEFORE_IT_LEFT) {
                channel.close();
            }
        }

        @Override
        public void channelUnregistered(ChannelHandlerContext ctx) {
            if (trouble == Trouble.CLOSED_BETWEEN) {
                ctx.channel().close();
            } else if (trouble == Trouble.CLOSED_WHILE_IT_JOINS) {
                loops.loop(0).execute(() -> {
                    ctx.channel().unsafe().close(ctx.channel().voidPromise());
                    closed.countDown();
                });
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            event("inactive", ctx.channel());
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            events.add("removed");
        }

        private void event(String what, Channel channel) {
            boolean right = channel.eventLoop().inEventLoop();
            events.add(what + (right ? " on loop " : " off loop ") + loops.indexOf(channel.eventLoop()));
        }
    }
}
