package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.wkmq.routing.ShareStrategy;
import org.junit.jupiter.api.Test;

class SessionConfigTest {
    @Test
    void defaultsAreWhatTheDocumentationSays() {
        SessionConfig config = SessionConfig.defaults();

        assertThat(config.maxInflight()).isEqualTo(100);
        assertThat(config.maxAwaitingRel()).isEqualTo(1000);
        assertThat(config.maxSubscriptions()).isZero();
        assertThat(config.maxQueueLength()).isEqualTo(1000);
        assertThat(config.maxQueueBytes()).isEqualTo(16 << 20);
        assertThat(config.maxNodeQueueBytes()).isGreaterThanOrEqualTo(64 << 20);
        assertThat(config.storeQos0()).isTrue();
        assertThat(config.dropPolicy()).isEqualTo(DropPolicy.OLDEST);
        assertThat(config.expiryMaxSeconds()).isEqualTo(ConnectRequest.NEVER);
        assertThat(config.shareStrategy()).isEqualTo(ShareStrategy.ROUND_ROBIN);
        assertThat(config.sharedRedispatch()).isTrue();
        assertThat(config.maxSessions()).isZero();
        assertThat(config.mailboxMax()).isEqualTo(65_536);
    }

    @Test
    void valuesOutsideTheirRangeAreRefused() {
        TestConfig config = new TestConfig();
        config.maxInflight = 65_536;
        assertThatIllegalArgumentException()
                .isThrownBy(config::build)
                .withMessage("maxInflight is 65536; expected 1 to 65535");

        config.maxInflight = 1;
        config.mailboxMax = 0;
        assertThatIllegalArgumentException().isThrownBy(config::build).withMessageStartingWith("mailboxMax is 0");
    }
}
