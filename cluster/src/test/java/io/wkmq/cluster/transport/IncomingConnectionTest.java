package io.wkmq.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.Introduction;
import io.wkmq.cluster.security.Purpose;
import io.wkmq.cluster.transport.protocol.FrameWriter;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.RemoteMembers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests what another node may send on its connection, and when. */
@ExtendWith(LeakCheck.class)
class IncomingConnectionTest {
    private static final Node SELF = LinkNode.node("self");
    private static final Node OTHER = LinkNode.node("other");
    private static final long STREAM = 5;
    private static final Message MESSAGE = TestMessages.message("p", Qos.AT_LEAST_ONCE, 0);

    private final List<HandOver> taken = new ArrayList<>();
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private final IncomingStreams streams = new IncomingStreams(new LinkParts(
            new LinkSettings("sim", 0, 0, Long.MAX_VALUE, Duration.ofSeconds(1)),
            new ClusterFront("sim", SELF, 1, 1, null, null),
            new Here(),
            new LinkCounts(),
            (from, message, plain, groups, handOver) -> {
                handOver.expect();
                taken.add(handOver);
                return List.of();
            },
            new Nobody(),
            Clock.systemUTC(),
            new Random(1)));

    /** A link loop that runs everything on the test's thread. */
    private static final class Here implements LinkLoop {
        @Override
        public boolean here() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void schedule(Runnable task, long delayMs) {
            throw new AssertionError("nothing here waits");
        }

        @Override
        public void find(String host, Consumer<@Nullable InetAddress> found) {
            throw new AssertionError("nothing here connects");
        }

        @Override
        public Channel connect(InetSocketAddress to, Consumer<Channel> prepare, Consumer<Throwable> failed) {
            throw new AssertionError("nothing here connects");
        }

        @Override
        public boolean stop(Duration limit) {
            return true;
        }
    }

    /** Refusals that must never be reported. */
    private static final class Nobody implements Refusals {
        @Override
        public void refused(RemoteMembers members, Message message, HandOver handOver) {
            throw new AssertionError("nothing was sent");
        }

        @Override
        public void notReached(RemoteMembers members, Message message, HandOver handOver) {
            throw new AssertionError("nothing was sent");
        }
    }

    @AfterEach
    void end() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    private EmbeddedChannel connect() {
        EmbeddedChannel channel = new EmbeddedChannel(
                new IncomingConnection(new Introduction(Purpose.LINK, "sim", OTHER, 1, 1), streams, Clock.systemUTC()));
        channels.add(channel);
        return channel;
    }

    private static void say(EmbeddedChannel channel, Consumer<ByteBuf> frames) {
        ByteBuf out = Unpooled.buffer();
        frames.accept(out);
        channel.writeInbound(out);
        channel.releaseOutbound();
    }

    @Test
    void heartbeatBeforeAGivenUpStreamIsBegunAnewIsNoFault() {
        EmbeddedChannel first = connect();
        say(first, out -> FrameWriter.open(out, STREAM, 1));
        streams.giveUp(OTHER.id());
        assertThat(first.isOpen()).isFalse();

        EmbeddedChannel second = connect();
        say(second, out -> FrameWriter.open(out, STREAM, 1));
        say(second, out -> FrameWriter.heartbeat(out, 1));
        assertThat(second.isOpen()).isTrue();
        say(second, out -> FrameWriter.open(out, STREAM + 1, 1));
        say(second, out -> FrameWriter.message(out, 1, MESSAGE, true, List.of(), 0));
        assertThat(second.isOpen()).isTrue();
        assertThat(taken).hasSize(1);
    }

    @Test
    void whatIsToBeSaidOfMessagesHasABoundAfterAConnectionIsLostToo() {
        EmbeddedChannel first = connect();
        say(first, out -> FrameWriter.open(out, STREAM, 1));
        int count = IncomingStream.NOTICES_MAX + 1;
        for (int seq = 1; seq <= count; seq++) {
            int number = seq;
            say(first, out -> FrameWriter.message(out, number, MESSAGE, true, List.of(), 0));
        }
        assertThat(first.close().isDone()).isTrue();
        taken.forEach(handOver -> handOver.failed("made by the test"));

        EmbeddedChannel second = connect();
        say(second, out -> FrameWriter.open(out, STREAM, 1));
        say(second, out -> FrameWriter.message(out, count + 1, MESSAGE, true, List.of(), 0));
        assertThat(second.isOpen()).isTrue();
        taken.get(count).failed("made by the test");
        assertThat(second.isOpen()).isFalse();
    }
}
