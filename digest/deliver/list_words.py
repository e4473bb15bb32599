"""What lists of people call their columns, and how somebody stands: in our languages and some others."""

from __future__ import annotations

from typing import Final

_HEADINGS: Final = {
    "email": (
        "email | e mail | email address | e mail address | mail | mail address | emailaddress | "
        "email addresses | email id | subscriber email | primary email | your email | work email | "
        "contact email | e mail 1 value | email 1 | 電子郵件 | 電子郵件地址 | "
        "電子郵件信箱 | 電子信箱 | 電郵 | 電郵地址 | 信箱 | 信箱地址 | 聯絡信箱 | 郵箱 | email 地址 | "
        "email 信箱 | e mail 信箱 | email信箱 | e mail信箱 | email地址 | 你的電子郵件 | 您的電子郵件 | "
        "电子邮件 | 电子邮件地址 | 电子邮箱 | 邮箱 | 邮箱地址 | 邮件地址 | 邮件 | 이메일 | 이메일 주소 | "
        "이메일주소 | 메일 | 메일 주소 | 메일주소 | 전자우편 | 전자메일 | 전자 메일 | "
        "구독자 이메일 | 수신자 이메일 | e메일 | メール | メールアドレス | eメール | correo | "
        "correo electrónico | courriel | adresse e mail | adresse email | e mail adresse | email adresse"
    ),
    "name": (
        "name | full name | fullname | subscriber name | display name | your name | 姓名 | 名字 | 名稱 | "
        "稱呼 | 暱稱 | 名称 | 称呼 | 昵称 | 이름 | 성명 | 구독자 이름 | 닉네임 | 성함 | 名前 | お名前"
    ),
    "first_name": "first name | firstname | given name | fname | 名 | 名 first name",
    "last_name": "last name | lastname | surname | family name | lname | 姓 | 姓氏 | 성",
    "language": "language | lang | locale | preferred language | 語言 | 語系 | 语言 | 语种 | 언어",
    "topics": "topics | topic | 主題 | 主题 | 주제 | 관심 주제",
    "edition": "edition",
    "state": (
        "state | status | subscription status | subscriber status | 狀態 | 訂閱狀態 | 状态 | 订阅状态 | "
        "상태 | 구독 상태 | 구독상태"
    ),
    "since": (
        "since | subscribed at | subscribed | created at | opt in time | optin time | confirmed at | "
        "subscribed on | date subscribed | signup date | sign up date | subscription date | 訂閱日期 | "
        "訂閱時間 | 订阅日期 | 订阅时间 | 구독일 | 구독 일시 | 구독일시"
    ),
    "left": (
        "left | unsubscribed at | unsubscribe time | unsub time | unsubscribed on | 取消訂閱時間 | "
        "退訂時間 | 退订时间 | 수신거부일 | 구독 취소일"
    ),
    "bounced": "bounced | bounced at | clean time",
}
HEADINGS: Final = {name: field for field, names in _HEADINGS.items() for name in names.split(" | ")}
"""Headings in lower case, with single spaces for spaces, hyphens and the like → what the column is."""

_STATES: Final = {
    "pending": (
        "pending | unconfirmed | unactivated | not confirmed | awaiting confirmation | 待確認 | 未確認 | "
        "待确认 | 未确认 | 확인 대기 | 미확인 | 대기"
    ),
    "active": (
        "active | subscribed | confirmed | enabled | true | yes | 1 | regular | 訂閱中 | 已訂閱 | 有效 | "
        "订阅中 | 已订阅 | 구독 | 구독중 | 구독 중 | 활성"
    ),
    "unsubscribed": (
        "unsubscribed | left | inactive | disabled | opted out | removed | cancelled | canceled | false | "
        "no | 0 | 已退訂 | 退訂 | 取消訂閱 | 已取消 | 已退订 | 退订 | 取消订阅 | 수신거부 | 수신 거부 | "
        "구독취소 | 구독 취소 | 해지 | 탈퇴"
    ),
    "bounce": "bounced | bounce | cleaned | 退信 | 반송 | undeliverable | hard bounced",
    "complaint": "complained | complaint | spam | marked as spam",
    "editor": "suppressed | blocked | blocklisted | blacklisted | banned",
}
STATES: Final = {word: state for state, words in _STATES.items() for word in words.split(" | ")}
"""What the state of a list that no service made is called, in lower case with single spaces."""
