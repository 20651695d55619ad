package io.wkmq.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.config.RewriteConfig;
import io.wkmq.plugins.api.ClientInfo;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewriteRuleTest {
    private static final ClientInfo CLIENT = client("c1", "u1");

    @ParameterizedTest
    @CsvSource({
        "x/#, x, true",
        "x/#, x/, true",
        "x/#, x/y/z, true",
        "x/#, xx, false",
        "x/+, x, false",
        "x/+, x/y, true",
        "x/+, x/y/z, false",
        "x, x, true",
        "x, x/, false",
        "x/, x, false",
        "x/, x/, true",
        "+, x, true",
        "#, x/y, true",
        "#, $SYS/x, false",
        "+/x, $SYS/x, false",
        "$SYS/#, $SYS/x, true",
        "y/+/z/#, y/+/z/#, true",
        "y/+/z/#, y/#, false"
    })
    void aRuleIsForWhatItsFilterMatches(String filter, String topic, boolean matches) {
        assertThat(rule(filter, "^(.*)$", "$1").isFor(topic)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "^x/y/(.+)$, z/y/$1, x/y/2, z/y/2",
        "^x/y/(.+)$, z/y/$1, x/1/2, x/1/2",
        "^y/(.+)/z/(.+)$, y/z/$2, y/a/z/b, y/z/b",
        "^y/(.+)/z/(.+)$, y/z/$2/$1/$2, y/a/z/#, y/z/#/a/#",
        "y/(.), z/$10, x/y/1/2, z/10",
        "^(a)?b$, z/$1/b, b, z//b",
        "^(.*)$, ${clientid}/%c/%u/${username}/$1, t, c1/c1/u1/u1/t",
        "^(.*)$, 100%/$/$x/$1, t, 100%/$/$x/t"
    })
    void groupsAndNamesFillTheNewTopic(String regex, String destination, String topic, String rewritten) {
        assertThat(rule("#", regex, destination).rewrite(topic, CLIENT)).isEqualTo(rewritten);
    }

    @ParameterizedTest
    @CsvSource({"a/b, u", "+, u", "#, u", "c, a/b", "c, +", "c,"})
    void aNameThatWouldReachTheTopicsOfOthersGivesNone(String clientId, @Nullable String userName) {
        assertThat(rule("#", "^(.*)$", "of/%c/%u/$1").rewrite("t", client(clientId, userName)))
                .isEqualTo(RewriteRule.NONE);
    }

    @Test
    void aNameInTheTopicIsNoPlaceholder() {
        assertThat(rule("#", "^x/(.*)$", "y/$1").rewrite("x/%c/$1/${username}", CLIENT))
                .isEqualTo("y/%c/$1/${username}");
    }

    @Test
    @Timeout(20)
    void aTopicThatTakesTooLongGivesNone() {
        String topic = "a".repeat(RewriteRule.LENGTH_MAX);
        long start = System.nanoTime();

        assertThat(rule("#", "^(a+)+$", "z/$1").rewrite(topic + "b", CLIENT)).isEqualTo(RewriteRule.NONE);
        assertThat(rule("#", "^(a+)+$", "z/$1").rewrite(topic.substring(1) + "b", CLIENT))
                .isEqualTo(RewriteRule.NONE);
        assertThat(rule("#", "^(a|b)*$", "z/x").rewrite(topic, CLIENT))
                .as("the longest with the deepest recursion")
                .isEqualTo("z/x");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }

    private static RewriteRule rule(String filter, String regex, String destination) {
        return new RewriteRule(new RewriteConfig.Rule(filter, regex, destination));
    }

    private static ClientInfo client(String clientId, @Nullable String userName) {
        return new ClientInfo(clientId, userName, null, "tcp:external", 5, null, false);
    }
}
