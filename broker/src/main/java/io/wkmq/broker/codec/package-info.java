/**
 * Decodes bytes to packets and encodes packets to bytes. The only package that depends on the HiveMQ codec; hand-written code
 * exists only where a test proves it equivalent (ADR 0001).
 */
@NullMarked
package io.wkmq.broker.codec;

import org.jspecify.annotations.NullMarked;
