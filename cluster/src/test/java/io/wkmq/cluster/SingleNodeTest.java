package io.wkmq.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Node;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.session.SessionDirectory;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class SingleNodeTest {
    private final Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private final SessionDirectory directory = new SingleNode(
                    new Node(new NodeId(UUID.randomUUID()), new NodeName("a", "127.0.0.1")),
                    Clock.fixed(now, ZoneOffset.UTC))
            .directory();

    private long claim() {
        return directory.claim("c", true, null, 0).toCompletableFuture().join().epoch();
    }

    @Test
    void epochsCountFromTheTimeOfDaySoThatThoseOfANodeWithOthersAreBelowThemLater() {
        long first = claim();

        assertThat(first).isEqualTo(now.toEpochMilli() << 16);
        assertThat(claim()).isGreaterThan(first);
    }

    @Test
    void epochsAreAboveThoseOfSessionsThatWereKept() {
        long kept = now.plusSeconds(3_600).toEpochMilli() << 16; // its clock was wrong then

        directory.restored("c", kept, false);

        assertThat(claim()).isGreaterThan(kept);
    }
}
