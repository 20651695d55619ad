package io.wkmq.broker.listener;

import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The client as described by a PROXY protocol header.
 *
 * @param source the client's address; null if the load balancer speaks for itself or does not state it
 * @param secure whether the client speaks TLS with the load balancer
 * @param commonName the common name of the client's certificate, if the load balancer verified one
 */
record ProxiedClient(
        @Nullable InetSocketAddress source,
        boolean secure,
        @Nullable String commonName) {
    static ProxiedClient of(HAProxyMessage header) {
        if (header.command() == HAProxyCommand.LOCAL) {
            return new ProxiedClient(null, false, null);
        }
        for (HAProxyTLV each : header.tlvs()) {
            if (each instanceof HAProxySSLTLV tls) {
                return new ProxiedClient(source(header), tls.isPP2ClientSSL(), commonName(tls));
            }
        }
        return new ProxiedClient(source(header), false, null);
    }

    private static @Nullable InetSocketAddress source(HAProxyMessage header) {
        AddressFamily family = header.proxiedProtocol().addressFamily();
        if (family != AddressFamily.AF_IPv4 && family != AddressFamily.AF_IPv6) {
            return null;
        }
        byte[] address = NetUtil.createByteArrayFromIpAddressString(header.sourceAddress());
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), header.sourcePort());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the decoder let through the address " + header.sourceAddress(), e);
        }
    }

    // A certificate counts only if the client presented it, on this connection or at the start of its TLS session, and
    // its verification succeeded (verify 0).
    private static @Nullable String commonName(HAProxySSLTLV tls) {
        boolean shown = tls.isPP2ClientCertConn() || tls.isPP2ClientCertSess();
        if (!tls.isPP2ClientSSL() || !shown || tls.verify() != 0) {
            return null;
        }
        for (HAProxyTLV each : tls.encapsulatedTLVs()) {
            if (each.type() == HAProxyTLV.Type.PP2_TYPE_SSL_CN) {
                return each.content().toString(StandardCharsets.UTF_8);
            }
        }
        return null;
    }
}
