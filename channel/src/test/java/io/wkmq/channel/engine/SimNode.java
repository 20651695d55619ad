package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelRules;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One life of a node with local channels, on a simulated disk and without threads. */
final class SimNode {
    final SimLoop loop = new SimLoop();
    final SimExecutor background = new SimExecutor();
    final SimExecutor reads = new SimExecutor();
    final LocalStore store;
    final LocalLog log;

    SimNode(SimDisk disk, LocalOptions options) throws IOException {
        this(new SimulatedDisk(disk), options);
    }

    SimNode(Disk disk, LocalOptions options) throws IOException {
        store = LocalStore.open(disk, SimulatedDisk.DIRECTORY, options, loop, reads);
        log = new LocalLog(store, loop, background, options, new AppendCounts());
        log.begin();
        work();
    }

    /** Small files, few channels in memory. */
    static LocalOptions small(int groups, AppenderOptions appender) {
        return new LocalOptions(
                groups,
                8 << 10,
                64 << 20,
                Duration.ofMillis(200),
                0,
                4_000,
                2,
                2,
                Duration.ofMillis(50),
                appender,
                ScrubOptions.defaults());
    }

    static ChannelRules rules(Retention retention) {
        return new ChannelRules(1, 50, 10_000, 4, 20_000, retention);
    }

    static Entry entry(String body) {
        return new Entry(body.getBytes(StandardCharsets.UTF_8), null);
    }

    static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Does all that there is to do now. */
    void work() {
        boolean more = true;
        while (more) {
            loop.work();
            more = background.work();
            more = reads.work() || more;
        }
        loop.work();
    }

    /** Lets time pass. */
    void pass(long ms) {
        for (long i = 0; i < ms; i++) {
            loop.pass(1);
            work();
        }
    }

    GroupReplica replica(int channel) {
        return store.replicas().get(channel % store.replicas().size());
    }

    void propose(int channel, GroupOp op) {
        result(log.of(channel % store.replicas().size()).propose(OpCodec.encode(op)));
    }

    void configure(int channel, Retention retention) {
        propose(channel, new GroupOp.Configure(channel, rules(retention)));
    }

    @Nullable
    Position position(int channel) {
        return result(replica(channel).position(channel));
    }

    ChannelReader read(int channel, ReadStart start) {
        return result(replica(channel).read(channel, start));
    }

    /** What a stage that needs no time completes with. */
    <T> T result(CompletionStage<T> stage) {
        work();
        return stage.toCompletableFuture().join();
    }
}
