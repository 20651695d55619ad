/** Users from a file of password hashes, and access rules from a file in the form of EMQ's acl.conf. */
@NullMarked
package io.wkmq.plugins.authfile;

import org.jspecify.annotations.NullMarked;
