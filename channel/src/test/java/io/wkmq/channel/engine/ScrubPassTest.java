package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.GroupOp.Append;
import io.wkmq.channel.group.GroupOp.Part;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.Retention;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests what scrubbing finds in a node's records, and who is told of it. */
class ScrubPassTest {
    private static final int CHANNEL = 1;
    private static final int MESSAGES = 200;

    private final SimDisk disk = new SimDisk();
    private final ScrubCounts counts = new ScrubCounts();
    private final SimNode node;

    ScrubPassTest() throws IOException {
        node = new SimNode(disk, SimNode.small(1, AppenderOptions.defaults()));
        node.configure(CHANNEL, Retention.FOR_EVER);
        for (int number = 1; number <= MESSAGES; number++) {
            OpId id = new OpId(new UUID(1, 1), 0, number);
            node.propose(
                    CHANNEL, new Append(id, 1, List.of(new Part(CHANNEL, List.of(SimNode.entry("x".repeat(300)))))));
        }
    }

    private ScrubReport look(Damages damages) {
        ScrubPass pass = new ScrubPass(
                new ScrubPass.Parts(
                        1, node.store.replicas()::get, node.store.table(), damages, node.background, node.loop, counts),
                CHANNEL);
        return node.result(pass.run());
    }

    /** Is told of damage, and can be asked for it. */
    private final class Heard implements Damages {
        private final List<Long> bytes = new ArrayList<>(); // that were looked at when it heard
        private final List<Long> forgotten = new ArrayList<>();

        @Override
        public CompletionStage<Void> found(int channel, long from, long next) {
            bytes.add(counts.bytes.sum());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void looking(int channel) {}

        @Override
        public void forget(int channel, long first) {
            forgotten.add(first);
        }

        @Override
        public @Nullable String trouble() {
            return null;
        }
    }

    private void loseFirstFile() throws IOException {
        disk.delete("g0/c" + CHANNEL + "-1.records");
    }

    @Test
    void damageIsToldBehindItsFile() throws IOException {
        loseFirstFile();
        Heard heard = new Heard();
        ScrubReport report = look(heard);
        assertThat(report.done()).isTrue();
        assertThat(report.damaged()).isEqualTo(report.repaired()).isPositive();
        assertThat(heard.bytes)
                .hasSize(1)
                .first()
                .asInstanceOf(InstanceOfAssertFactories.LONG)
                .isLessThan(report.bytes() / 2);
    }

    @Test
    void whatDoesNotCountAnyMoreIsForgotten() {
        Heard heard = new Heard();
        node.replica(CHANNEL).tell(heard);
        node.propose(CHANNEL, new GroupOp.Trim(CHANNEL, 50));
        node.propose(CHANNEL, new GroupOp.Drop(CHANNEL));
        assertThat(heard.forgotten).containsExactly(50L, Long.MAX_VALUE);
    }

    @Test
    void nobodyIsAlarmedByAChannelThatIsGone() throws IOException {
        LostForEver lost = new LostForEver(node::replica, counts);
        node.replica(CHANNEL).tell(lost);
        loseFirstFile();
        assertThat(look(lost).damaged()).isPositive();
        assertThat(lost.trouble()).contains("Messages of 1 channels are lost, as of number 1 some from 1 to");
        node.propose(CHANNEL, new GroupOp.Trim(CHANNEL, 3));
        assertThat(lost.trouble()).contains("some from 3 to");
        node.propose(CHANNEL, new GroupOp.Drop(CHANNEL));
        assertThat(lost.trouble()).isNull();
    }

    @Test
    void nobodyIsAlarmedByWhatWasTrimmed() throws IOException {
        LostForEver lost = new LostForEver(node::replica, counts);
        node.replica(CHANNEL).tell(lost);
        loseFirstFile();
        assertThat(look(lost).damaged()).isPositive();
        node.propose(CHANNEL, new GroupOp.Trim(CHANNEL, MESSAGES));
        assertThat(lost.trouble()).isNull();
    }
}
