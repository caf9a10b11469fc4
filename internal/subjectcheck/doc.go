// Package subjectcheck checks a subject's driver before anything is said of the
// subject: that each message keeps to the protocol, and that what the driver
// claims and reports agrees with what the world around it saw. A driver that
// does not is broken, and no verdict about its subject is worth anything.
//
// What the contract demands of the subject is not its business.
package subjectcheck
