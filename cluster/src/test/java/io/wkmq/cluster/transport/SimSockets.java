package io.wkmq.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.session.ShardExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The links of simulated nodes: real ones over simulated connections. Like TCP these keep the order of bytes, sometimes break, hold back
 * what a cut does not let through, and do not report a cut by themselves.
 */
public final class SimSockets {
    private static final Duration HEARTBEAT = Duration.ofMillis(500);
    private static final int CONNECT_TIMEOUT_MS = 1_000;
    private static final int RESEND_MS = 30;
    private static final byte[] END = {};
    /** Without the watch for leaks, which takes more time than all the rest. */
    private static final ByteBufAllocator BUFFERS = new UnpooledByteBufAllocator(false, true);

    private final SimMembers members;
    private final Random random;
    private final Map<Integer, Host> hosts = new HashMap<>();

    /** No links yet. */
    public SimSockets(SimMembers members, Random random) {
        this.members = members;
        this.random = random;
    }

    /**
     * Starts the links of a run of a node, which has yet to be told of others.
     *
     * @param thread runs what is the links' thread otherwise
     * @param queueBytes see {@link LinkSettings}
     */
    public NodeLinks start(
            SimMembers.Member member,
            ShardExecutor thread,
            long queueBytes,
            Inlet inlet,
            Refusals refusals,
            Clock clock) {
        Host host = new Host(member, thread);
        LinkSettings settings = new LinkSettings("sim", 0, 0, queueBytes, HEARTBEAT);
        ClusterFront front =
                new ClusterFront("sim", member.self().node(), member.self().incarnation(), 1, null, null);
        NodeLinks links =
                new NodeLinks(new LinkParts(settings, front, host, new LinkCounts(), inlet, refusals, clock, random));
        host.links = links;
        hosts.put(member.number(), host);
        member.every(HEARTBEAT.toMillis(), () -> host.execute(host::tick));
        return links;
    }

    /** Breaks all connections between two nodes, with all that is on the way. Each side learns it unless it is cut off. */
    public void reset(int one, int other) {
        for (Host host : List.copyOf(hosts.values())) {
            for (End end : host.ends) {
                if (end.between(one, other)) {
                    end.breaks();
                }
            }
        }
    }

    /** The link thread of one run of a node, and its connections. */
    private final class Host implements LinkLoop {
        private final SimMembers.Member member;
        private final ShardExecutor thread;
        private final List<End> ends = new ArrayList<>();
        private @Nullable NodeLinks links;

        Host(SimMembers.Member member, ShardExecutor thread) {
            this.member = member;
            this.thread = thread;
        }

        private void tick() {
            for (End end : ends) {
                end.channel.advanceTimeBy(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
                if (!end.peer().host.member.alive()) {
                    end.breaks();
                }
            }
            if (links != null) {
                links.tick();
            }
        }

        @Override
        public boolean here() {
            return thread.inShard();
        }

        @Override
        public void execute(Runnable task) {
            thread.execute(() -> {
                task.run();
                List.copyOf(ends).forEach(End::write);
            });
        }

        @Override
        public void schedule(Runnable task, long delayMs) {
            members.time.after(delayMs, () -> execute(task));
        }

        @Override
        public void find(String host, Consumer<@Nullable InetAddress> found) {
            execute(() -> found.accept(InetAddress.getLoopbackAddress()));
        }

        @Override
        public Channel connect(InetSocketAddress to, Consumer<Channel> prepare, Consumer<Throwable> failed) {
            End end = new End(this);
            int number = to.getPort() - SimMembers.PORT;
            schedule(() -> end.connect(number, prepare, failed), 1 + random.nextInt(5));
            return end.channel;
        }

        @Override
        public boolean stop(Duration limit) {
            throw new UnsupportedOperationException("A simulated node ends by a crash");
        }
    }

    /** One end of a connection. */
    private final class End {
        private final Host host;
        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final ArrayDeque<byte[]> incoming = new ArrayDeque<>();
        private @Nullable End peer;
        private boolean scheduled;

        End(Host host) {
            this.host = host;
            channel.freezeTime();
            channel.config().setAllocator(BUFFERS);
        }

        End peer() {
            if (peer == null) {
                throw new AssertionError("A connection has one end");
            }
            return peer;
        }

        boolean between(int one, int other) {
            int here = host.member.number();
            int there = peer().host.member.number();
            return (here == one && there == other) || (here == other && there == one);
        }

        private boolean reached(int from) {
            return members.network.open(from, host.member.number());
        }

        void connect(int number, Consumer<Channel> prepare, Consumer<Throwable> failed) {
            Host other = hosts.get(number);
            boolean open = reached(number) && members.network.open(host.member.number(), number);
            if (!open || other == null || other.links == null || !other.member.alive() || !channel.isOpen()) {
                IOException problem = new IOException(open ? "nobody is there" : "nobody answers");
                host.schedule(() -> failed.accept(problem), open ? 1 : CONNECT_TIMEOUT_MS);
                return;
            }
            NodeLinks links = other.links;
            End accepted = new End(other);
            accepted.peer = this;
            peer = accepted;
            host.ends.add(this);
            other.execute(() -> {
                other.ends.add(accepted);
                links.accept(accepted.channel);
            });
            prepare.accept(channel);
        }

        /** Sends what the links have written. */
        void write() {
            channel.runPendingTasks();
            channel.checkException();
            for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
                peer().send(ByteBufUtil.getBytes(out));
                out.release();
            }
            if (!channel.isOpen()) {
                host.ends.remove(this);
                peer().send(END);
            }
        }

        private void send(byte[] bytes) {
            incoming.add(bytes);
            schedule(1 + random.nextInt(3));
        }

        private void schedule(int delayMs) {
            if (!scheduled) {
                scheduled = true;
                host.schedule(this::read, delayMs);
            }
        }

        private void read() {
            scheduled = false;
            if (incoming.isEmpty() || !channel.isOpen()) {
                return;
            }
            if (!reached(peer().host.member.number()) || !channel.config().isAutoRead()) {
                schedule(RESEND_MS);
                return;
            }
            byte[] next = incoming.remove();
            if (next.length > 1 && random.nextInt(8) == 0) {
                int part = 1 + random.nextInt(next.length - 1);
                incoming.addFirst(Arrays.copyOfRange(next, part, next.length));
                next = Arrays.copyOf(next, part);
            }
            if (next == END) {
                var unused = channel.close();
            } else {
                channel.writeInbound(Unpooled.wrappedBuffer(next));
            }
            if (!incoming.isEmpty()) {
                schedule(random.nextInt(2));
            }
        }

        /** What is on the way here is lost, and the other end is not heard of any more. */
        void breaks() {
            incoming.clear();
            send(END);
        }
    }
}
