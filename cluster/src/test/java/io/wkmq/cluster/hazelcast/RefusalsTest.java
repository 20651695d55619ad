package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.security.Handshake.Refused;
import io.wkmq.cluster.security.Verdict.Code;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class RefusalsTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final Refusals refusals = new Refusals(now::get);

    private void refuse(int port, boolean ours, String text) {
        refusals.add(InetSocketAddress.createUnresolved("a", port), ours, new Refused(Code.DENIED, text, false));
    }

    @Test
    void whoConnectsIsKnownByItsHostAndWhomWeConnectToByItsPortToo() {
        refuse(1, false, "x");
        refuse(2, true, "x");

        assertThat(refusals.recent()).extracting(RefusedConnection::remote).containsExactly("a", "a:2");
    }

    @Test
    void theSameAgainIsKeptOnce() {
        refuse(1, false, "x");
        refuse(2, false, "x");
        assertThat(refusals.recent()).hasSize(1);

        now.set(Instant.EPOCH.plus(Refusals.REPEAT));
        refuse(3, false, "x");
        assertThat(refusals.recent())
                .singleElement()
                .extracting(RefusedConnection::at)
                .isEqualTo(now.get());
    }

    @Test
    void strangersPushOnlyEachOtherOut() {
        refuse(1, true, "x");
        for (int i = 0; i < 1_000; i++) {
            refusals.add(
                    InetSocketAddress.createUnresolved("host" + i, 1), false, new Refused(Code.SILENT, "x", false));
        }

        assertThat(refusals.recent()).hasSize(1 + Refusals.STRANGERS_MAX);
        assertThat(refusals.recent().get(0).remote()).isEqualTo("a:1");
        assertThat(refusals.recent().get(1).remote()).isEqualTo("host992");
    }

    @Test
    void onlyTheLastOnesAreKept() {
        for (int i = 0; i < Refusals.KEPT_MAX + 5; i++) {
            refuse(1, false, "x" + i);
        }

        assertThat(refusals.recent()).hasSize(Refusals.KEPT_MAX);
        assertThat(refusals.recent().get(0).text()).isEqualTo("x5");
    }
}
