package io.wkmq.plugins.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CredentialsTest {
    @Test
    void hidesThePassword() {
        Credentials credentials = new Credentials("alice", "secret".getBytes(StandardCharsets.UTF_8));
        assertThat(credentials).hasToString("Credentials[userName=alice, password=***]");
        assertThat(Credentials.NONE).hasToString("Credentials[userName=null, password=none]");
    }
}
