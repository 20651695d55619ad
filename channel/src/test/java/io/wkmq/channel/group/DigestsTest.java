package io.wkmq.channel.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.sim.Seeds;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DigestsTest {
    @Test
    void whatItWasWithoutTheLastRecordsIsFoundAgain() {
        Random random = Seeds.one("DigestsTest");
        long[] digests = new long[1_001];
        long[] checksums = new long[1_001];
        for (int seq = 1; seq <= 1_000; seq++) {
            byte[] body = new byte[random.nextInt(50)];
            random.nextBytes(body);
            digests[seq] = Digests.next(digests[seq - 1], seq, body);
            checksums[seq] = Digests.checksum(body);
        }
        long digest = digests[1_000];
        for (int seq = 1_000; seq >= 1; seq--) {
            digest = Digests.previous(digest, seq, checksums[seq]);

            assertThat(digest).isEqualTo(digests[seq - 1]);
        }
        assertThat(digests).doesNotHaveDuplicates();
    }
}
