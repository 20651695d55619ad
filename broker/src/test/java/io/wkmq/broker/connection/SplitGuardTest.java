package io.wkmq.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.config.ClusterConfig.Netsplit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SplitGuardTest {
    private final AtomicBoolean changing = new AtomicBoolean();
    private final AtomicBoolean majority = new AtomicBoolean(true);

    private SplitGuard guard(boolean register, boolean publish, boolean subscribe) {
        return new SplitGuard(new Netsplit(register, publish, subscribe), changing::get, majority::get);
    }

    @Test
    void onlyWhatIsOffIsRefusedAndOnlyInTheSmallerPart() {
        SplitGuard guard = guard(true, false, true);
        guard.look();
        assertThat(guard.publishRefusal()).isNull();

        majority.set(false);
        guard.look();
        assertThat(guard.publishRefusal()).contains("cluster.allow_publish_during_netsplit is off");
        assertThat(guard.refusesConnects()).isFalse();
        assertThat(guard.subscribeRefusal()).isNull();

        majority.set(true);
        guard.look();
        assertThat(guard.publishRefusal()).isNull();
    }

    @Test
    void nothingChangesWhileTheNodeChangesItsCluster() {
        SplitGuard guard = guard(false, false, false);
        changing.set(true);
        majority.set(false);
        guard.look();
        assertThat(guard.refusesConnects()).isFalse();

        changing.set(false);
        guard.look();
        assertThat(guard.refusesConnects()).isTrue();
        assertThat(guard.subscribeRefusal()).isNotNull();

        changing.set(true);
        majority.set(true);
        guard.look();
        assertThat(guard.refusesConnects()).isTrue();
    }

    @Test
    void nobodyLooksWhereAllIsAllowed() {
        SplitGuard guard = new SplitGuard(new Netsplit(true, true, true), changing::get, () -> {
            throw new AssertionError("asked");
        });

        guard.look();
        assertThat(guard.publishRefusal()).isNull();
    }
}
