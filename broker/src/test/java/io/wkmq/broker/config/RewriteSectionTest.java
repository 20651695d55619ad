package io.wkmq.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.config.RewriteConfig.Rule;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("NullAway.Init") // JUnit sets the field
class RewriteSectionTest {
    private static final String LISTENER = "listener.tcp.external = 127.0.0.1:0";

    @TempDir
    private Path dir;

    @Test
    void rulesAreTriedFromTheHighestNumberDown() throws Exception {
        RewriteConfig rewrite = new TestHome(dir)
                .wkmqConf(
                        LISTENER,
                        "rewrite.pub.2 = x/#  ^x/(.+)$   b/$1",
                        "rewrite.pub.10 = \"x/y ^x/(y)$ c/$1\"",
                        "rewrite.pub.1 = # ^(.*)$ a/$1",
                        "rewrite.sub.1 = y/+/z/# ^y/(.+)/z/(.+)$ y/+/$2/%c/%u")
                .load()
                .rewrite();

        assertThat(rewrite.publish())
                .containsExactly(
                        new Rule("x/y", "^x/(y)$", "c/$1"),
                        new Rule("x/#", "^x/(.+)$", "b/$1"),
                        new Rule("#", "^(.*)$", "a/$1"));
        assertThat(rewrite.subscribe()).containsExactly(new Rule("y/+/z/#", "^y/(.+)/z/(.+)$", "y/+/$2/%c/%u"));
    }

    @Test
    void theEnvironmentWins() throws Exception {
        TestHome home = new TestHome(dir).wkmqConf(LISTENER, "rewrite.pub.1 = x ^(x)$ file/$1");

        RewriteConfig rewrite = ConfigLoader.load(dir, dir, Map.of("WKMQ_REWRITE__PUB__1", "x ^(x)$ environment/$1"))
                .rewrite();

        assertThat(home.errors()).isEmpty();
        assertThat(rewrite.publish()).containsExactly(new Rule("x", "^(x)$", "environment/$1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '|',
            value = {
                "rewrite.pub.1; x/# ^x/(.+)$; expected a topic filter, a regular expression and a topic between spaces",
                "rewrite.pub.1; x/# ^x/ (.+)$ z; expected a topic filter, a regular expression and a topic between spaces",
                "rewrite.pub.1; x/#/y ^x/(.+)$ z/$1; the wildcard '#' at byte 2 is not the whole last level",
                "rewrite.pub.1; x/# ^x/(.+$ z/$1; the regular expression is malformed at 7: Unclosed group",
                "rewrite.sub.1; x/# ^x/(.+)$ z/$2; $2 stands for no group of ^x/(.+)$; expected $1 to $1",
                "rewrite.sub.1; x/# ^x/.+$ z/$0; $0 stands for no group",
                "rewrite.pub.1; x/# ^x/(.+)$ z/+/$1; z/+/$1 has a wildcard",
                "rewrite.pup.1; x/# ^x/(.+)$ z/$1; unknown key; nearest is rewrite.pub.1"
            })
    void whatIsWrongIsTold(String key, String value, String error) {
        assertThat(new TestHome(dir).wkmqConf(LISTENER, key + " = " + value).errors())
                .singleElement()
                .asString()
                .contains("wkmq.conf:2: " + key)
                .contains(error);
    }
}
