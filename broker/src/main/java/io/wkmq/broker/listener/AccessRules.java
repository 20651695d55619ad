package io.wkmq.broker.listener;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.wkmq.broker.config.ListenerConfig;
import io.wkmq.broker.config.ListenerConfig.AccessRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The access rules of a listener: the first matching rule decides; without one the client is allowed. Immutable. */
final class AccessRules {
    private final List<Rule> rules;

    // A rule without a network matches every address.
    private record Rule(boolean allow, @Nullable IpSubnetFilterRule network) {
        boolean fits(InetSocketAddress peer) {
            return network == null || network.matches(peer);
        }
    }

    private AccessRules(List<Rule> rules) {
        this.rules = rules;
    }

    static AccessRules of(ListenerConfig config) {
        List<Rule> parsed = new ArrayList<>();
        for (AccessRule rule : config.access()) {
            parsed.add(new Rule(rule.allow(), rule.cidr().equals("all") ? null : network(config, rule.cidr())));
        }
        return new AccessRules(List.copyOf(parsed));
    }

    private static IpSubnetFilterRule network(ListenerConfig config, String cidr) {
        int slash = cidr.indexOf('/');
        String host = slash < 0 ? cidr : cidr.substring(0, slash);
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        try {
            if (address != null) {
                int bits = slash < 0 ? address.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
                if (bits >= 0 && bits <= address.length * 8) {
                    return new IpSubnetFilterRule(InetAddress.getByAddress(address), bits, IpFilterRuleType.ACCEPT);
                }
            }
        } catch (NumberFormatException | UnknownHostException e) {
            throw wrong(config, cidr, e);
        }
        throw wrong(config, cidr, null);
    }

    private static ListenerException wrong(ListenerConfig config, String cidr, @Nullable Exception cause) {
        return new ListenerException(
                ListenerKey.of(config) + ".access: \"" + cidr
                        + "\" is no network, expected all, an IP address, or one with a prefix such as 10.0.0.0/8",
                cause);
    }

    boolean allow(InetSocketAddress peer) {
        if (rules.isEmpty()) {
            return true;
        }
        InetSocketAddress plain = Addresses.unmapped(peer);
        for (Rule rule : rules) {
            if (rule.fits(plain)) {
                return rule.allow();
            }
        }
        return true;
    }
}
