package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.engine.EngineLoop;
import io.wkmq.channel.engine.LogFollower;
import io.wkmq.channel.engine.LogFollowers;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class ChannelServiceTest {
    /** The followers of three groups, none of which has started on this node. */
    private static final class None implements LogFollowers {
        @Override
        public LogFollower follow(int group, EngineLoop loop) throws IOException {
            throw new IOException("made by the test");
        }

        @Override
        public int logs() {
            return 3;
        }
    }

    @Test
    void whoHasNoReplicasMissesAll() {
        assertThat(new ChannelService(new None(), failure -> {}).filling()).containsExactly(0, 1, 2);
    }
}
