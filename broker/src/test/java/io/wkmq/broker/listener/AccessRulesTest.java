package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.broker.config.ListenerConfig.AccessRule;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessRulesTest {
    @Test
    void everyoneIsAllowedWhoNoRuleFits() throws Exception {
        assertThat(allowed("10.1.2.3")).isTrue();
        assertThat(allowed("10.1.2.3", new AccessRule(false, "10.1.2.4"))).isTrue();
        assertThat(allowed("2001:db8::1", new AccessRule(false, "10.0.0.0/8"))).isTrue();
    }

    @Test
    void prefixEndsWithinAByte() throws Exception {
        AccessRule rule = new AccessRule(false, "172.16.0.0/12");
        assertThat(allowed("172.16.0.0", rule)).isFalse();
        assertThat(allowed("172.31.255.255", rule)).isFalse();
        assertThat(allowed("172.32.0.0", rule)).isTrue();
    }

    @Test
    void prefixOfZeroIsEveryAddressOfItsKind() throws Exception {
        AccessRule rule = new AccessRule(false, "0.0.0.0/0");
        assertThat(allowed("203.0.113.9", rule)).isFalse();
        assertThat(allowed("2001:db8::1", rule)).isTrue();
    }

    @Test
    void rulesMayBeOfTheNewerKind() throws Exception {
        AccessRule rule = new AccessRule(false, "2001:db8::/32");
        assertThat(allowed("2001:db8:1::7", rule)).isFalse();
        assertThat(allowed("2001:db9::7", rule)).isTrue();
    }

    @Test
    void mappedAddressIsTheOlderKind() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        mapped[12] = 10;
        mapped[15] = 3;
        InetSocketAddress peer = new InetSocketAddress(Inet6Address.getByAddress(null, mapped, -1), 1);
        assertThat(peer.getAddress()).isInstanceOf(Inet6Address.class);
        assertThat(rules(new AccessRule(false, "10.0.0.0/8")).allow(peer)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", "10.0.0", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/33", "::/129", "1.2.3.4/8/9"})
    void anythingElseIsNoNetwork(String text) {
        assertThatThrownBy(() -> rules(new AccessRule(true, text)))
                .isInstanceOf(ListenerException.class)
                .hasMessageContaining("\"" + text + "\" is no network");
    }

    private static boolean allowed(String peer, AccessRule... rules) throws Exception {
        return rules(rules).allow(new InetSocketAddress(InetAddress.getByName(peer), 1));
    }

    private static AccessRules rules(AccessRule... rules) {
        return AccessRules.of(ConfigBuilder.of(Protocol.TCP).access(rules).build());
    }
}
