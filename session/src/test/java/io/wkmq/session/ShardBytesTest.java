package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ShardBytesTest {
    @Test
    void shardsShareTheBound() {
        NodeBytes node = new NodeBytes(1000);
        ShardBytes one = new ShardBytes(node, new Counts());
        ShardBytes other = new ShardBytes(node, new Counts());

        assertThat(one.take(600)).isTrue();
        assertThat(other.take(500)).isFalse();
        assertThat(other.take(400)).isTrue();
        assertThat(one.take(1)).isFalse();
    }

    @Test
    void whatWasPromisedBeforeARestartIsTakenBeyondTheBound() {
        ShardBytes bytes = new ShardBytes(new NodeBytes(1000), new Counts());
        bytes.takeBeyond(1500);
        assertThat(bytes.take(1)).isFalse();

        bytes.release(1000);
        assertThat(bytes.take(400)).isTrue();
    }

    @Test
    void theBoundHoldsAndNothingIsLost() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        long max = 10 * ShardBytes.PIECE;
        NodeBytes node = new NodeBytes(max);
        Counts[] counts = {new Counts(), new Counts(), new Counts()};
        ShardBytes[] shards = new ShardBytes[3];
        long[] used = new long[3];
        for (int i = 0; i < 3; i++) {
            shards[i] = new ShardBytes(node, counts[i]);
        }
        for (int step = 0; step < 100_000; step++) {
            int i = random.nextInt(3);
            long bytes = 1L + random.nextInt(100_000);
            if (random.nextBoolean()) {
                if (shards[i].take(bytes)) {
                    used[i] += bytes;
                }
            } else {
                long back = Math.min(bytes, used[i]);
                shards[i].release(back);
                used[i] -= back;
            }
            assertThat(used[0] + used[1] + used[2]).as("seed %d", seed).isLessThanOrEqualTo(max);
            assertThat(counts[i].read(Counts.QUEUED_BYTES)).as("seed %d", seed).isEqualTo(used[i]);
        }
        for (int i = 0; i < 3; i++) {
            shards[i].release(used[i]);
        }
        assertThat(shards[0].take(max - 4 * ShardBytes.PIECE))
                .as("seed %d", seed)
                .isTrue();
    }
}
