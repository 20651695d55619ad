package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.hazelcast.MemberSettings.Failures;
import io.wkmq.cluster.hazelcast.MemberSettings.Healing;
import io.wkmq.cluster.hazelcast.MemberSettings.Ports;
import io.wkmq.cluster.membership.Detector;
import io.wkmq.cluster.membership.Peer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MemberSettingsTest {
    @Test
    void valuesThatCannotBeAreRefusedWithTheReason() {
        assertThatThrownBy(() -> new Ports(10, 9)).hasMessageContaining("Ports 10 to 9");
        assertThatThrownBy(() -> failures(500, 10, 1)).hasMessageContaining("whole seconds");
        assertThatThrownBy(() -> failures(5_000, 9, 1)).hasMessageContaining("two heartbeats");
        assertThatThrownBy(() -> new Healing(true, Duration.ZERO, Duration.ofSeconds(1)))
                .hasMessageContaining("more than 0");
        assertThatThrownBy(() -> TestNode.settings(" ", "127.0.0.1", new Ports(1, 2), true))
                .hasMessageContaining("name is empty");
    }

    private static Failures failures(long heartbeatMs, long maxSeconds, long claimSeconds) {
        return new Failures(
                Duration.ofMillis(heartbeatMs),
                Duration.ofSeconds(maxSeconds),
                Duration.ofSeconds(claimSeconds),
                Detector.DEADLINE);
    }

    @Test
    void aPeerIsReadFromWhatItAnnounces() {
        Peer peer = TestNode.peer("a");

        assertThat(PeerAttributes.read(PeerAttributes.of(peer))).isEqualTo(peer);
    }

    @Test
    void aMemberThatAnnouncesNoNodeIsNone() {
        Map<String, String> attributes = new HashMap<>(PeerAttributes.of(TestNode.peer("a")));
        attributes.remove("wk.id");

        assertThatThrownBy(() -> PeerAttributes.read(attributes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wk.id");
    }
}
